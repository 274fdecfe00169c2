import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createCluster } from '../../../operator/src/kube/cluster.ts'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { openAccess } from '../../../operator/src/kube/credentials.ts'
import {
  KubeAlreadyExists,
  KubeConflict,
  KubeInvalid,
  KubeNotFound,
} from '../../../operator/src/kube/errors.ts'
import { createEventRecorder } from '../../../operator/src/kube/events.ts'
import { lead } from '../../../operator/src/kube/lease.ts'
import { watchKind } from '../../../operator/src/kube/list-watch.ts'
import { type Cluster, type KubeObject } from '../../../operator/src/kube/port.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { createTransport, type Transport } from '../../../operator/src/kube/transport.ts'

const namespace = `kube-${randomBytes(4).toString('hex')}`
const configMap = (name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name, labels: { suite: namespace } },
  data,
})

describe('the hand on a real API server', () => {
  let transport: Transport
  let cluster: Cluster
  const stop = new AbortController()
  beforeAll(async () => {
    const access = await openAccess({ from: 'kubeconfig', path: inject('controlPlane').kubeconfig })
    transport = createTransport({ access, clock: systemClock, random: Math.random })
    cluster = createCluster(transport)
    await cluster.create(kinds.Namespace, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
  })
  afterAll(async () => {
    stop.abort(new Error('test over'))
    const own = await cluster.get(kinds.Namespace, { name: namespace })
    if (own) await cluster.delete(kinds.Namespace, { name: namespace }, { uid: own.metadata.uid! })
    await transport.close()
  })

  it('applies once, and writes nothing when nothing changed (row 11)', async () => {
    const first = await cluster.apply(kinds.ConfigMap, configMap('applied', { a: '1' }))
    const second = await cluster.apply(kinds.ConfigMap, configMap('applied', { a: '1' }))
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    const managers = (
      first.metadata as unknown as { managedFields: { manager: string; operation: string }[] }
    ).managedFields
    expect(managers).toMatchObject([{ manager: 'kiavi-operator', operation: 'Apply' }])
  })

  it('is refused a field that the server does not know, instead of losing it (row 9)', async () => {
    const odd = { ...configMap('odd'), dota: { a: '1' } }
    await expect(cluster.create(kinds.ConfigMap, odd)).rejects.toBeInstanceOf(KubeInvalid)
  })

  it('knows a missing object from a missing kind', async () => {
    expect(await cluster.get(kinds.ConfigMap, { namespace, name: 'nobody' })).toBeUndefined()
    expect(await cluster.get(kinds.ConfigMap, { namespace: 'nowhere', name: 'nobody' })).toBeUndefined()
    const unknown = { apiVersion: 'nothing.example/v1', kind: 'Thing', plural: 'things', namespaced: true }
    await expect(cluster.get(unknown, { namespace, name: 'a' })).rejects.toBeInstanceOf(KubeNotFound)
    const sibling = { ...kinds.Deployment, kind: 'Thing', plural: 'things' }
    await expect(cluster.get(sibling, { namespace, name: 'a' })).rejects.toBeInstanceOf(KubeNotFound)
  })

  it('lets one of twenty have a name, and refuses old views', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => cluster.create(kinds.ConfigMap, configMap('claim'))),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const each of tries)
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(KubeAlreadyExists)

    const seen = (await cluster.get(kinds.ConfigMap, { namespace, name: 'claim' }))!
    await cluster.patch(kinds.ConfigMap, { namespace, name: 'claim' }, { data: { by: 'other' } })
    await expect(cluster.replace(kinds.ConfigMap, seen)).rejects.toBeInstanceOf(KubeConflict)
    const { uid, resourceVersion } = seen.metadata
    const name = { namespace, name: 'claim' }
    await expect(
      cluster.delete(kinds.ConfigMap, name, { uid: uid!, resourceVersion: resourceVersion! }),
    ).rejects.toBeInstanceOf(KubeConflict)
    await expect(
      cluster.delete(kinds.ConfigMap, name, { uid: '00000000-0000-0000-0000-000000000000' }),
    ).rejects.toBeInstanceOf(KubeConflict)
    await cluster.delete(kinds.ConfigMap, name, { uid: uid! })
    await cluster.delete(kinds.ConfigMap, name, { uid: uid! })
    expect(await cluster.get(kinds.ConfigMap, name)).toBeUndefined()
  })

  it('quotes nothing of a Secret that the server refuses', async () => {
    const secret = {
      ...configMap('refused'),
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'aHVudGVyMg==' },
    }
    const error = await cluster.create(kinds.Secret, secret).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(KubeInvalid)
    expect((error as Error).message).toBe(
      `create Secret ${namespace}/refused: Invalid; data[tls.key] FieldValueRequired`,
    )
  })

  it('watches: adds, changes, deletes and our own writes end in the truth (rows 3, 5, 13)', async () => {
    const watched = watchKind({
      transport,
      kind: kinds.ConfigMap,
      namespace,
      labelSelector: `suite=${namespace}`,
      project: ({ metadata, data }) => `${metadata.name}=${JSON.stringify(data)}`,
      onChange: () => {},
      clock: systemClock,
      random: Math.random,
      signal: stop.signal,
    })
    await watched.synced
    const made = await cluster.create(kinds.ConfigMap, configMap('seen', { v: '1' }))
    watched.written(made)
    expect(watched.get({ namespace, name: 'seen' })).toBe('seen={"v":"1"}')
    await cluster.apply(kinds.ConfigMap, configMap('other', { v: '2' }))
    await vi.waitFor(() => expect(watched.get({ namespace, name: 'other' })).toBe('other={"v":"2"}'))
    await cluster.delete(kinds.ConfigMap, { namespace, name: 'seen' }, { uid: made.metadata.uid! })
    await vi.waitFor(() => expect(watched.get({ namespace, name: 'seen' })).toBeUndefined())
    const truth = (await cluster.list(kinds.ConfigMap, { namespace, labelSelector: `suite=${namespace}` }))
      .length
    expect(watched.values()).toHaveLength(truth)
  })

  it('holds a Lease, whose six digits the server accepts, and gives it back (row 10)', async () => {
    const own = new AbortController()
    const led = Promise.withResolvers<number>()
    const failures: unknown[] = []
    const ended = lead(
      {
        transport,
        namespace,
        name: 'operator',
        identity: 'test-1',
        clock: systemClock,
        random: Math.random,
        signal: own.signal,
        failed: (error) => failures.push(error),
      },
      async ({ epoch, fence, signal }) => {
        fence()
        led.resolve(epoch)
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve)
        })
      },
    )
    expect(await led.promise).toBe(0)
    const held = await cluster.get(kinds.Lease, { namespace, name: 'operator' })
    expect(held?.['spec']).toMatchObject({ holderIdentity: 'test-1', leaseDurationSeconds: 15 })
    own.abort(new Error('stop'))
    await ended
    expect(failures).toEqual([])
    const free = await cluster.get(kinds.Lease, { namespace, name: 'operator' })
    expect((free?.['spec'] as { holderIdentity?: string }).holderIdentity ?? '').toBe('')
  })

  it('records an event and counts its repeat', async () => {
    const failures: unknown[] = []
    const events = createEventRecorder({
      transport,
      clock: systemClock,
      random: randomBytes,
      instance: 'test-1',
      signal: stop.signal,
      failed: (error) => failures.push(error),
    })
    const regarding = await cluster.create(kinds.ConfigMap, configMap('regarded'))
    const happening = {
      regarding,
      type: 'Normal',
      reason: 'Tested',
      action: 'Test',
      note: 'It works.',
    } as const
    events.record(happening)
    await events.idle()
    events.record(happening)
    await events.idle()
    expect(failures).toEqual([])
    const all = await cluster.list(kinds.Event, { namespace })
    expect(all.filter(({ reason }) => reason === 'Tested')).toMatchObject([
      { series: { count: 2 }, note: 'It works.' },
    ])
  })
})
