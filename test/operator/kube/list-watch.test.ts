import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchKind, type Watched, type WatchOptions } from '../../../operator/src/kube/list-watch.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { type Change } from '../../../operator/src/kube/projection-cache.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type Transport } from '../../../operator/src/kube/transport.ts'
import { fastClock } from '../../support/fast-clock.ts'
import {
  type Answer,
  list,
  rawWatch,
  reset,
  ScriptedAPIServer,
  silence,
  status,
  watch,
} from '../../support/scripted-api-server.ts'
import { openTransport } from './open.ts'

/** How much faster than life these tests run: a second lasts 20 ms. */
const factor = 50

const tenant = (name: string, uid: string, resourceVersion: string) => ({
  apiVersion: 'kiavi.eu/v1alpha1',
  kind: 'KiaviTenant',
  metadata: { namespace: 'n', name, uid, resourceVersion },
})
const added = (...of: Parameters<typeof tenant>) => ({ type: 'ADDED', object: tenant(...of) })
const modified = (...of: Parameters<typeof tenant>) => ({ type: 'MODIFIED', object: tenant(...of) })
const deleted = (...of: Parameters<typeof tenant>) => ({ type: 'DELETED', object: tenant(...of) })
const bookmark = (resourceVersion: string) => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion } },
})
const inStream = (code: number, reason: string) => ({
  type: 'ERROR',
  object: { kind: 'Status', status: 'Failure', code, reason, message: reason },
})
const value = ({ metadata }: KubeObject) => `${metadata.uid ?? ''}@${metadata.resourceVersion ?? ''}`

describe('watchKind', () => {
  let server: ScriptedAPIServer
  let transport: Transport
  let stop: AbortController
  let changes: Change<string>[]
  let restarts: string[]
  let failures: unknown[]
  beforeEach(async () => {
    server = await ScriptedAPIServer.start()
    transport = openTransport(server)
    stop = new AbortController()
    changes = []
    restarts = []
    failures = []
  })
  afterEach(async () => {
    stop.abort(new Error('test over'))
    await transport.close()
    await server.stop()
  })

  function start(more: Partial<WatchOptions<string>> = {}): Watched<string> {
    return watchKind({
      transport,
      kind: kinds.KiaviTenant,
      project: value,
      onChange: (change) => changes.push(change),
      clock: fastClock(factor),
      random: () => 0,
      signal: stop.signal,
      hooks: {
        restarted: (_kind, why) => restarts.push(why),
        failed: (_kind, error) => failures.push(error),
      },
      ...more,
    })
  }
  const lists = () => server.seen.filter(({ query }) => !query.has('watch'))
  const watches = () => server.seen.filter(({ query }) => query.has('watch'))
  const shows = (watched: Watched<string>, ...values: string[]) =>
    vi.waitFor(() => expect(watched.values().sort()).toEqual(values.sort()), { timeout: 5_000, interval: 5 })

  it('lists, then watches from there, and asks for bookmarks and an end (row 3)', async () => {
    server.next(
      list([tenant('a', 'u1', '5')], '10'),
      watch([added('b', 'u2', '11'), modified('a', 'u1', '12')]),
    )
    const watched = start()
    await watched.synced
    expect(watched.get({ namespace: 'n', name: 'a' })).toBe('u1@5')
    await shows(watched, 'u1@12', 'u2@11')
    expect(Object.fromEntries(watches()[0]!.query)).toEqual({
      watch: 'true',
      resourceVersion: '10',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '290',
    })
    expect(changes).toEqual([
      { namespace: 'n', name: 'a', after: 'u1@5' },
      { namespace: 'n', name: 'b', after: 'u2@11' },
      { namespace: 'n', name: 'a', before: 'u1@5', after: 'u1@12' },
    ])
  })

  const refusals: { name: string; answer: Answer }[] = [
    { name: '500', answer: status(500, 'InternalError') },
    { name: '503', answer: status(503, 'ServiceUnavailable') },
    { name: '429', answer: status(429, 'TooManyRequests', { headers: { 'retry-after': '30' } }) },
    { name: '403', answer: status(403, 'Forbidden') },
    {
      name: '404 (its CRD is not there yet)',
      answer: (response) => void response.writeHead(404).end('not found'),
    },
    { name: 'a reset', answer: reset },
    { name: 'no JSON', answer: (response) => void response.writeHead(200).end('<html>') },
  ]
  it.each(refusals)('survives $name on the list (row 1)', async ({ answer }) => {
    server.next(answer, answer, list([tenant('a', 'u1', '5')], '10'), watch([]))
    const watched = start()
    await watched.synced
    expect(watched.values()).toEqual(['u1@5'])
    expect(failures).toHaveLength(2)
    expect(lists()).toHaveLength(3)
  })

  it.each(refusals.filter(({ name }) => name !== 'no JSON'))(
    'survives $name on the watch, and goes on where it was (row 1)',
    async ({ answer }) => {
      server.next(list([tenant('a', 'u1', '5')], '10'), answer, answer, watch([added('b', 'u2', '11')]))
      const watched = start()
      await shows(watched, 'u1@5', 'u2@11')
      expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '10', '10'])
      expect(lists()).toHaveLength(1)
    },
  )

  it('backs off from a server that keeps failing, with growing waits of at least a second (row 1)', async () => {
    server.always(status(500, 'InternalError'))
    start()
    await vi.waitFor(() => expect(lists().length).toBeGreaterThanOrEqual(5), { timeout: 5_000 })
    const at = lists().map(({ at }) => (at * factor) / 1000)
    const gaps = at.slice(1, 5).map((time, index) => time - at[index]!)
    for (const [index, least] of [2, 4, 8, 16].entries())
      expect(gaps[index]).toBeGreaterThanOrEqual(least * 0.95)
  })

  it('goes on from the last event when a stream is cut', async () => {
    server.next(list([], '10'), watch([added('a', 'u1', '11')], 'cut'), watch([added('b', 'u2', '12')]))
    const watched = start()
    await shows(watched, 'u1@11', 'u2@12')
    expect(watches()[1]!.query.get('resourceVersion')).toBe('11')
    expect(lists()).toHaveLength(1)
  })

  it('goes on from a bookmark (row 3)', async () => {
    server.next(list([], '10'), watch([bookmark('99')], 'end'), watch([]))
    start()
    await vi.waitFor(() => expect(watches()).toHaveLength(2), { timeout: 5_000 })
    expect(watches()[1]!.query.get('resourceVersion')).toBe('99')
  })

  it.each([
    { event: inStream(410, 'Expired'), relists: true, because: 'its resourceVersion is too old' },
    {
      event: inStream(500, 'InternalError'),
      relists: false,
      because: 'the stream is broken, not the position',
    },
    {
      event: inStream(429, 'TooManyRequests'),
      relists: false,
      because: 'the stream is broken, not the position',
    },
  ])('ends the stream at an ERROR event $event.object.code (row 2): $because', async ({ event, relists }) => {
    const later = watch([added('b', 'u2', '12')])
    server.next(list([], '10'), watch([event, added('x', 'never', '11')]))
    server.next(...(relists ? [list([], '11'), later] : [later]))
    const watched = start()
    await shows(watched, 'u2@12')
    expect(lists()).toHaveLength(relists ? 2 : 1)
    expect(changes.map(({ name }) => name)).toEqual(['b'])
  })

  it.each([
    { text: '{"type":"ADDED","obj\n', because: 'a line is cut in the middle' },
    { text: '{"type":"DELETED"}\n', because: 'an event has no object' },
    {
      text: '{"type":"NEWS","object":{"metadata":{"uid":"u","name":"a","resourceVersion":"11"}}}\n',
      because: 'its type is unknown',
    },
    {
      text: '{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"11"}}}\n',
      because: 'its object has no uid',
    },
  ])('lists anew when $because: an event may be lost (row 2)', async ({ text }) => {
    server.next(list([tenant('a', 'u1', '5')], '10'), rawWatch(text), list([], '11'), watch([]))
    const watched = start()
    await shows(watched)
    await vi.waitFor(() => expect(watches()).toHaveLength(2), { timeout: 5_000 })
    expect(restarts).toContain('KUBE_CORRUPT_WATCH')
  })

  it('lists anew after a 410 at the door', async () => {
    server.next(list([], '10'), status(410, 'Expired'), list([tenant('a', 'u1', '19')], '20'), watch([]))
    const watched = start()
    await shows(watched, 'u1@19')
    await vi.waitFor(() => expect(watches()).toHaveLength(2), { timeout: 5_000 })
    expect(watches()[1]!.query.get('resourceVersion')).toBe('20')
  })

  it('opens a silent stream again after 45 seconds, where it was (row 3)', async () => {
    server.next(list([], '10'), watch([added('a', 'u1', '11')]), watch([added('b', 'u2', '12')]))
    const watched = start()
    await shows(watched, 'u1@11', 'u2@12')
    const [first, second] = watches()
    const seconds = ((second!.at - first!.at) * factor) / 1000
    expect(seconds).toBeGreaterThanOrEqual(45)
    expect(seconds).toBeLessThan(60)
    expect(restarts).toEqual(['silent'])
    expect(lists()).toHaveLength(1)
  })

  it('does not end a stream that speaks (row 3)', async () => {
    server.next(list([], '10'), async (response, seen) => {
      watch([])(response, seen) as undefined
      for (let beat = 11; beat < 31; beat++) {
        response.write(`${JSON.stringify(bookmark(String(beat)))}\n`)
        await pause((10_000 / factor) * 0.9)
      }
    })
    start()
    await pause(150_000 / factor)
    expect(watches()).toHaveLength(1)
    expect(restarts).toEqual([])
  })

  it('gets past a server that accepts and never answers', async () => {
    server.next(list([], '10'), silence, watch([added('a', 'u1', '11')]))
    const watched = start({ transport: openTransport(server, { clock: fastClock(factor) }) })
    await shows(watched, 'u1@11')
  })

  it('lists anew after 10 minutes, although the stream is healthy (row 3)', async () => {
    const chatty: Answer = (response, seen) => {
      void watch([])(response, seen)
      const timer = setInterval(() => response.write(`${JSON.stringify(bookmark('11'))}\n`), 10_000 / 200)
      response.on('close', () => {
        clearInterval(timer)
      })
    }
    server.next(list([tenant('a', 'u1', '5')], '10'), chatty, list([], '12'), watch([]))
    const watched = start({ clock: fastClock(200) })
    await watched.synced
    await vi.waitFor(() => expect(lists()).toHaveLength(2), { timeout: 15_000, interval: 20 })
    const [first, second] = lists()
    expect(((second!.at - first!.at) * 200) / 1000).toBeGreaterThanOrEqual(600)
    expect(((second!.at - first!.at) * 200) / 1000).toBeLessThan(660)
    await shows(watched)
    expect(restarts).toEqual(['relist'])
  }, 20_000)

  it('opens at most one watch per second against a server that hangs up at once (row 4)', async () => {
    server.next(list([], '10')).always(watch([], 'end'))
    start({ clock: fastClock(10) })
    await pause(1_500)
    const at = watches().map(({ at }) => at / 100)
    expect(at.length).toBeGreaterThan(1)
    for (const [index, time] of at.slice(1).entries()) expect(time - at[index]!).toBeGreaterThanOrEqual(0.9)
    // 15 of its seconds; with backoff (2, 4, 8 ...) fewer opens than that.
    expect(at.length).toBeLessThan(8)
  })

  it('pages its lists (row 5)', async () => {
    server.next(
      list([tenant('a', 'u1', '5')], '10', { continue: 'x' }),
      list([tenant('b', 'u2', '6')], '10'),
      watch([]),
    )
    const watched = start({ labelSelector: 'kiavi.eu/tenant-id' })
    await watched.synced
    expect(watched.values()).toEqual(['u1@5', 'u2@6'])
    expect(lists().map(({ query }) => query.get('limit'))).toEqual(['500', '500'])
    await vi.waitFor(() => expect(watches()).toHaveLength(1))
    expect(watches()[0]!.query.get('labelSelector')).toBe('kiavi.eu/tenant-id')
  })

  it('tells a delete and an add when an object was made anew while nobody looked (row 5)', async () => {
    server.next(
      list([tenant('a', 'u1', '5')], '10'),
      status(410, 'Expired'),
      list([tenant('a', 'u2', '15')], '20'),
      watch([]),
    )
    const watched = start()
    await shows(watched, 'u2@15')
    expect(changes.slice(1)).toEqual([
      { namespace: 'n', name: 'a', before: 'u1@5' },
      { namespace: 'n', name: 'a', after: 'u2@15' },
    ])
  })

  it('refuses a list from before what it has seen, and asks again (row 6)', async () => {
    server.next(
      list([tenant('a', 'u1', '100')], '100'),
      status(410, 'Expired'),
      list([], '99'),
      list([tenant('a', 'u1', '100'), tenant('b', 'u2', '101')], '101'),
      watch([]),
    )
    const watched = start()
    await shows(watched, 'u1@100', 'u2@101')
    expect(changes.map(({ name, after }) => [name, after])).toEqual([
      ['a', 'u1@100'],
      ['b', 'u2@101'],
    ])
    expect(String(failures.at(-1))).toContain('behind 100')
  })

  it('ends with its signal during a list, and opens nothing afterwards (row 7)', async () => {
    server.always(silence)
    const watched = start()
    await vi.waitFor(() => expect(lists()).toHaveLength(1))
    stop.abort(new Error('stopped'))
    await expect(watched.synced).rejects.toThrow('stopped')
    server.always(list([tenant('a', 'u1', '5')], '10'))
    await pause(200)
    expect(server.seen).toHaveLength(1)
    expect(changes).toEqual([])
  })

  it('ends with its signal during a watch, and closes the stream (row 7)', async () => {
    const closed = Promise.withResolvers<undefined>()
    server.next(list([], '10'), (response, seen) => {
      response.on('close', () => closed.resolve(undefined))
      void watch([])(response, seen)
    })
    start()
    await vi.waitFor(() => expect(watches()).toHaveLength(1))
    stop.abort(new Error('stopped'))
    await closed.promise
    await pause(200)
    expect(server.seen).toHaveLength(2)
  })

  it('survives a handler that throws, tells of it, and hands out what comes next', async () => {
    server.next(list([tenant('a', 'u1', '5')], '10'), watch([added('b', 'u2', '11')]))
    const heard: string[] = []
    const watched = start({
      onChange: ({ name }) => {
        heard.push(name)
        throw new Error('handler bug')
      },
    })
    await shows(watched, 'u1@5', 'u2@11')
    expect(heard).toEqual(['a', 'b'])
    expect(failures.map(String)).toEqual(['Error: handler bug', 'Error: handler bug'])
    expect(watches()).toHaveLength(1)
  })

  it('shows our own write at once, and no older event after it', async () => {
    const gate = Promise.withResolvers<undefined>()
    server.next(list([tenant('a', 'u1', '5')], '10'), async (response, seen) => {
      void watch([])(response, seen)
      await gate.promise
      for (const event of [modified('a', 'u1', '11'), modified('a', 'u1', '12'), deleted('b', 'u9', '13')]) {
        response.write(`${JSON.stringify(event)}\n`)
      }
    })
    const from: string[] = []
    const watched = start({ onChange: ({ after }, source) => from.push(`${source} ${after ?? ''}`) })
    await watched.synced
    watched.written(tenant('a', 'u1', '12'))
    expect(watched.values()).toEqual(['u1@12'])
    gate.resolve(undefined)
    await pause(100)
    expect(watched.values()).toEqual(['u1@12'])
    expect(from).toEqual(['list u1@5', 'write u1@12'])
  })

  it('does not take a write into the cache that its label selector leaves out', async () => {
    server.next(list([], '10'), watch([]))
    const watched = start({ labelSelector: 'a=b' })
    await watched.synced
    watched.written(tenant('x', 'u1', '12'))
    expect(watched.values()).toEqual([])
    const labelled = tenant('y', 'u2', '13')
    watched.written({ ...labelled, metadata: { ...labelled.metadata, labels: { a: 'b' } } })
    expect(watched.values()).toEqual(['u2@13'])
  })
})
