import { type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type Transport } from '../../../operator/src/kube/transport.ts'
import { createMemory, type WatchedMemory } from '../../../operator/src/wiring/memory.ts'
import { type Answer, ScriptedAPIServer, status } from '../../support/scripted-api-server.ts'
import { openTransport } from '../kube/open.ts'

const id = 'k3x9q7w2ab'
const kiavi = 'kiavi.eu/v1alpha1'
const object = (apiVersion: string, kind: string, metadata: { name: string }, more: object = {}) => ({
  ...{
    apiVersion,
    kind,
    metadata: { uid: JSON.stringify([kind, metadata]), resourceVersion: '1', ...metadata },
  },
  ...more,
})
const tenant = (name: string, held: object = {}) =>
  object(kiavi, 'KiaviTenant', { ...{ namespace: 'customers' }, name }, { status: held })
const tenantClass = (name: string, metadata: object = {}) =>
  object(kiavi, 'KiaviTenantClass', { name, ...{ generation: 1 }, ...metadata })
const asDefault = { annotations: { 'kiavi.eu/is-default-class': 'true' } }
const service = object('v1', 'Service', {
  name: 'runtime',
  ...{ namespace: `kiavi-${id}`, labels: { 'kiavi.eu/tenant-id': id } },
})
const world: Record<string, object[]> = {
  kiavitenants: [
    tenant('acme', { tenantID: id, className: 'a' }),
    tenant('other', { tenantID: 'bbbbbbbbbb', className: 'b' }),
    tenant('waiting'),
  ],
  kiavitenantclasses: [tenantClass('a', asDefault), tenantClass('b')],
  services: [service],
}

describe('createMemory', () => {
  let server: ScriptedAPIServer
  let transport: Transport
  let memory: WatchedMemory
  let woken: string[]
  let backupsWoken: string[]
  let restoresWoken: string[]
  let stop: AbortController
  const streams = new Map<string, ServerResponse>()

  beforeEach(async () => {
    stop = new AbortController()
    backupsWoken = []
    restoresWoken = []
    streams.clear()
    const answer: Answer = (response, seen) => {
      const plural = seen.path.split('/').at(-1) ?? ''
      if (plural === 'httproutes') return status(404, 'NotFound')(response, seen)
      response.writeHead(200, { 'content-type': 'application/json' })
      if (seen.query.get('watch') === 'true') {
        response.flushHeaders()
        streams.set(plural, response)
      } else {
        response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items: world[plural] ?? [] }))
      }
    }
    server = (await ScriptedAPIServer.start()).always(answer)
    transport = openTransport(server)
    memory = createMemory({
      ...{ transport, clock: systemClock, random: () => 0, signal: stop.signal, hooks: {} },
      wake: ({ name }, urgent) => woken.push(`${name}${urgent ? '!' : ''}`),
      wakeClass: (name) => woken.push(`class ${name}`),
      wakeBackups: ({ namespace, name }) => backupsWoken.push(`${namespace}/${name}`),
      wakeRestores: ({ namespace, name }) => restoresWoken.push(`${namespace}/${name}`),
    })
    await memory.synced
    await vi.waitFor(() => {
      for (const plural of ['kiavitenants', 'kiavitenantclasses', 'services', 'kiaviadoptions'])
        expect(streams.has(plural)).toBe(true)
    })
    woken = []
  })
  afterEach(async () => {
    stop.abort(new Error('test over'))
    await transport.close()
    await server.stop()
  })

  /** What is woken by an event. */
  async function after(plural: string, type: string, changed: object) {
    const metadata = { ...(changed as { metadata: object }).metadata, resourceVersion: '9' }
    woken = []
    streams.get(plural)?.write(`${JSON.stringify({ type, object: { ...changed, metadata } })}\n`)
    await vi.waitFor(() => expect(woken).not.toEqual([]))
    return [...new Set(woken)].sort()
  }

  it('tells whose backups to look at, and knows those of each tenant', async () => {
    await vi.waitFor(() => expect(streams.has('kiavibackups')).toBe(true))
    const backup = object(
      kiavi,
      'KiaviBackup',
      { name: 'now', ...{ namespace: 'customers', resourceVersion: '9' } },
      { spec: { tenantName: 'acme' } },
    )
    backupsWoken = []
    streams.get('kiavibackups')?.write(`${JSON.stringify({ type: 'ADDED', object: backup })}\n`)
    await vi.waitFor(() => expect(backupsWoken).toEqual(['customers/acme']))
    const of = (name: string) =>
      memory.backupsOf({ namespace: 'customers', name }).map((each) => each.metadata.name)
    expect([of('acme'), of('other')]).toEqual([['now'], []])
  })

  it('tells whose restores to look at, by the KiaviRestore and by its Jobs', async () => {
    await vi.waitFor(() => expect([streams.has('kiavirestores'), streams.has('jobs')]).toEqual([true, true]))
    const restore = object(
      kiavi,
      'KiaviRestore',
      { name: 'back', ...{ namespace: 'customers', resourceVersion: '9' } },
      { spec: { tenantName: 'acme' } },
    )
    const labels = { 'kiavi.eu/tenant-id': id, 'app.kubernetes.io/component': 'aside' }
    const job = object('batch/v1', 'Job', {
      name: `restore-${id}-1-replay`,
      ...{ namespace: 'kiavi-system', labels, resourceVersion: '9' },
    })
    for (const [plural, changed] of [
      ['kiavirestores', restore],
      ['jobs', job],
    ] as const) {
      restoresWoken = []
      woken = []
      streams.get(plural)?.write(`${JSON.stringify({ type: 'ADDED', object: changed })}\n`)
      await vi.waitFor(() => expect(restoresWoken).toEqual(['customers/acme']))
      expect(woken).toEqual([])
    }
    const of = (name: string) =>
      memory.restoresOf({ namespace: 'customers', name }).map((each) => each.metadata.name)
    expect([of('acme'), of('other')]).toEqual([['back'], []])
  })

  it('knows what is there, who holds which ID, and which kinds the cluster serves', () => {
    expect(memory.holders().map(({ name, tenantID }) => `${name} ${tenantID}`)).toEqual([
      `acme ${id}`,
      'other bbbbbbbbbb',
    ])
    expect([memory.serves(kinds.HTTPRoute), memory.serves(kinds.Service)]).toEqual([false, true])
    expect(memory.list(kinds.Service, `kiavi-${id}`).map(({ name }) => name)).toEqual(['runtime'])
  })

  it('wakes who owns a child, and nobody else', async () => {
    expect(await after('services', 'MODIFIED', { ...service, spec: { type: 'NodePort' } })).toEqual(['acme!'])
  })

  it('wakes whose a child was and whose it is said to be when its label was changed', async () => {
    const metadata = { ...service.metadata, labels: { 'kiavi.eu/tenant-id': 'bbbbbbbbbb' } }
    expect(await after('services', 'MODIFIED', { ...service, metadata })).toEqual(['acme!', 'other!'])
  })

  it('wakes nobody but the class when only its status changed', async () => {
    expect(
      await after('kiavitenantclasses', 'MODIFIED', { ...tenantClass('b'), status: { tenants: 3 } }),
    ).toEqual(['class b'])
  })

  it('wakes the tenants of a class that changed, and those that have none yet', async () => {
    expect(await after('kiavitenantclasses', 'MODIFIED', tenantClass('b', { generation: 2 }))).toEqual([
      'class b',
      'other!',
      'waiting!',
    ])
  })

  it('wakes every class when the default changed', async () => {
    expect(await after('kiavitenantclasses', 'MODIFIED', tenantClass('b', asDefault))).toEqual([
      'class a',
      'class b',
      'other!',
      'waiting!',
    ])
  })

  it('shows at once what we wrote and not what we deleted, and wakes nobody for it', () => {
    memory.note(
      kinds.KiaviAdoption,
      { name: 'x' },
      object(kiavi, 'KiaviAdoption', { name: 'x', ...{ resourceVersion: '20' } }),
    )
    expect(memory.adoptions().map(({ metadata }) => metadata.name)).toEqual(['x'])
    memory.note(kinds.Service, { namespace: `kiavi-${id}`, name: 'runtime' }, undefined)
    expect(memory.get(kinds.Service, { namespace: `kiavi-${id}`, name: 'runtime' })).toBeUndefined()
    expect(memory.list(kinds.Service, `kiavi-${id}`)).toEqual([])
    expect(woken).toEqual([])
  })
})
