import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCluster } from '../../../operator/src/kube/cluster.ts'
import { KubeAlreadyExists, KubeConflict, KubeNotFound } from '../../../operator/src/kube/errors.ts'
import { type Cluster, type KubeObject } from '../../../operator/src/kube/port.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type Transport } from '../../../operator/src/kube/transport.ts'
import { json, list, ScriptedAPIServer, silence, status } from '../../support/scripted-api-server.ts'
import { openTransport } from './open.ts'

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'kiavi-x', name: 'runtime', uid: 'u1', resourceVersion: '7' },
  spec: { fieldThatNoLibraryKnows: [{ deep: null }] },
}
const name = { namespace: 'kiavi-x', name: 'runtime' }
const path = '/apis/apps/v1/namespaces/kiavi-x/deployments/runtime'

describe('createCluster', () => {
  let server: ScriptedAPIServer
  let transport: Transport
  let cluster: Cluster
  beforeEach(async () => {
    server = await ScriptedAPIServer.start()
    transport = openTransport(server)
    cluster = createCluster(transport)
  })
  afterEach(async () => {
    await transport.close()
    await server.stop()
  })

  it('gives an object as the server sent it: nothing dropped, no string made a Date (row 9)', async () => {
    const sent = {
      ...deployment,
      metadata: { ...deployment.metadata, creationTimestamp: '2026-01-01T00:00:00Z' },
    }
    server.next(json(sent))
    expect(await cluster.get(kinds.Deployment, name)).toEqual(sent)
    expect(server.seen[0]).toMatchObject({ method: 'GET', path })
  })

  it.each([
    {
      answer: status(404, 'NotFound', { details: { name: 'runtime', kind: 'deployments' } }),
      absent: true,
      because: 'the server names the object',
    },
    {
      answer: status(404, 'NotFound', { details: {} }),
      absent: false,
      because: 'the server knows the group, but not this kind',
    },
    { answer: json('404 page not found', 404), absent: false, because: 'the CRD is gone' },
  ])('takes a 404 as absence of the object: $absent, because $because', async ({ answer, absent }) => {
    server.next(answer)
    const got = await cluster.get(kinds.Deployment, name).catch((error: unknown) => error)
    if (absent) expect(got).toBeUndefined()
    else expect(got).toBeInstanceOf(KubeNotFound)
  })

  it('lists page by page, 500 at a time, and tells each item what it is (row 5)', async () => {
    server.next(
      list([{ metadata: { name: 'a' } }], '10', { continue: 'more' }),
      list([{ metadata: { name: 'b' } }], '10'),
    )
    const items = await cluster.list(kinds.Secret, { namespace: 'n', labelSelector: 'a=b' })
    expect(items.map(({ kind, apiVersion, metadata }) => [apiVersion, kind, metadata.name])).toEqual([
      ['v1', 'Secret', 'a'],
      ['v1', 'Secret', 'b'],
    ])
    expect(server.seen.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual([
      ['/api/v1/namespaces/n/secrets', { limit: '500', labelSelector: 'a=b' }],
      ['/api/v1/namespaces/n/secrets', { limit: '500', labelSelector: 'a=b', continue: 'more' }],
    ])
  })

  it('starts a list anew when its continue token expired, and shows nothing twice', async () => {
    server.next(
      list([{ metadata: { name: 'a' } }], '10', { continue: 'more' }),
      status(410, 'Expired'),
      list([{ metadata: { name: 'a' } }], '20', { continue: 'more' }),
      list([{ metadata: { name: 'b' } }], '20'),
    )
    const items = await cluster.list(kinds.Namespace)
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
  })

  it('gives up on a list that expires again and again', async () => {
    server.always(status(410, 'Expired'))
    await expect(cluster.list(kinds.Namespace)).rejects.toMatchObject({ code: 'KUBE_EXPIRED' })
    expect(server.seen).toHaveLength(4)
  })

  it('creates strictly, under our name', async () => {
    server.next(json(deployment, 201), status(409, 'AlreadyExists'))
    await cluster.create(kinds.Deployment, deployment)
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/kiavi-x/deployments',
    })
    expect(Object.fromEntries(server.seen[0]!.query)).toEqual({
      fieldManager: 'kiavi-operator',
      fieldValidation: 'Strict',
    })
    await expect(cluster.create(kinds.Deployment, deployment)).rejects.toBeInstanceOf(KubeAlreadyExists)
  })

  it('applies by server-side apply: forced, our manager, only our fields, as they are (rows 9 and 11)', async () => {
    server.next(json(deployment))
    await cluster.apply(kinds.Deployment, deployment)
    const [seen] = server.seen
    expect(seen).toMatchObject({ method: 'PATCH', path })
    expect(seen!.headers['content-type']).toBe('application/apply-patch+yaml')
    expect(Object.fromEntries(seen!.query)).toEqual({
      fieldManager: 'kiavi-operator',
      force: 'true',
      fieldValidation: 'Strict',
    })
    expect(JSON.parse(seen!.body)).toEqual(deployment)
  })

  it('replaces only what it has seen: a resourceVersion is required', async () => {
    server.next(status(409, 'Conflict'))
    await expect(cluster.replace(kinds.Deployment, deployment)).rejects.toBeInstanceOf(KubeConflict)
    expect(server.seen[0]).toMatchObject({ method: 'PUT', path })
    const blind = { ...deployment, metadata: name }
    await expect(cluster.replace(kinds.Deployment, blind)).rejects.toThrow('resourceVersion is required')
    expect(server.seen).toHaveLength(1)
  })

  it.each([
    { subresource: undefined, at: path },
    { subresource: 'status' as const, at: `${path}/status` },
  ])('merge-patches $at (row 11)', async ({ subresource, at }) => {
    server.next(json(deployment))
    await cluster.patch(kinds.Deployment, name, { metadata: { resourceVersion: '7' } }, subresource)
    expect(server.seen[0]).toMatchObject({
      method: 'PATCH',
      path: at,
      body: '{"metadata":{"resourceVersion":"7"}}',
    })
    expect(server.seen[0]!.headers['content-type']).toBe('application/merge-patch+json')
  })

  it('deletes with preconditions, and is content when the object was gone already', async () => {
    server.next(
      json({ kind: 'Status', status: 'Success' }),
      status(404, 'NotFound', { details: { name: 'runtime' } }),
    )
    await cluster.delete(kinds.Deployment, name, { uid: 'u1', resourceVersion: '7' })
    await cluster.delete(kinds.Deployment, name, { uid: 'u1' })
    expect(JSON.parse(server.seen[0]!.body)).toMatchObject({
      kind: 'DeleteOptions',
      preconditions: { uid: 'u1', resourceVersion: '7' },
    })
  })

  it('refuses to delete an object that is another one by now', async () => {
    server.next(status(409, 'Conflict'))
    await expect(cluster.delete(kinds.Deployment, name, { uid: 'old' })).rejects.toBeInstanceOf(KubeConflict)
  })

  it('sends no write when the fence throws, and reads all the same', async () => {
    const fenced = createCluster(transport, {
      fence: () => {
        throw new Error('not leading')
      },
    })
    for (const write of [
      () => fenced.create(kinds.Deployment, deployment),
      () => fenced.replace(kinds.Deployment, deployment),
      () => fenced.apply(kinds.Deployment, deployment),
      () => fenced.patch(kinds.Deployment, name, {}),
      () => fenced.delete(kinds.Deployment, name, { uid: 'u1' }),
    ]) {
      await expect(write()).rejects.toThrow('not leading')
    }
    expect(server.seen).toEqual([])
    server.next(json(deployment))
    expect(await fenced.get(kinds.Deployment, name)).toEqual(deployment)
  })

  it('tells what the server wrote, for the caches', async () => {
    const told: string[] = []
    const watched = createCluster(transport, {
      written: ({ kind }, { metadata }) => told.push(`${kind} ${metadata.resourceVersion ?? ''}`),
    })
    server.next(json({ ...deployment, metadata: { ...deployment.metadata, resourceVersion: '8' } }))
    await watched.apply(kinds.Deployment, deployment)
    expect(told).toEqual(['Deployment 8'])
  })

  it('ends its calls with its signal', async () => {
    server.always(silence)
    const controller = new AbortController()
    const bound = createCluster(transport, { signal: controller.signal })
    const calls = [
      bound.get(kinds.Deployment, name),
      bound.list(kinds.Deployment),
      bound.apply(kinds.Deployment, deployment),
    ]
    controller.abort(new Error('stopping'))
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { message: 'stopping' } })
    }
  })
})
