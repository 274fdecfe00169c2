import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiCall } from '../../../operator/src/kube/api-call.ts'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { type Access } from '../../../operator/src/kube/credentials.ts'
import { KubeTimeout, KubeUnauthorized, KubeUnavailable } from '../../../operator/src/kube/errors.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { createTransport } from '../../../operator/src/kube/transport.ts'
import {
  json,
  rawWatch,
  reset,
  ScriptedAPIServer,
  silence,
  status,
} from '../../support/scripted-api-server.ts'
import { accessTo, openTransport } from './open.ts'

const get: ApiCall = {
  verb: 'get',
  kind: kinds.Namespace,
  path: '/api/v1/namespaces/a',
  about: { name: 'a' },
}
const create: ApiCall = { verb: 'create', kind: kinds.Namespace, path: '/api/v1/namespaces', body: {} }

describe('createTransport', () => {
  let server: ScriptedAPIServer
  beforeEach(async () => void (server = await ScriptedAPIServer.start()))
  afterEach(() => server.stop())

  it('keeps connections and does not pay for a TLS handshake per call (row 12)', async () => {
    server.always(json({}))
    const transport = openTransport(server)
    for (let call = 0; call < 50; call++) await transport.json(get)
    // Two: a connection is free again a moment after its answer was read.
    expect(server.connections).toBeLessThanOrEqual(2)
    await Promise.all(Array.from({ length: 300 }, () => transport.json(get)))
    expect(server.connections).toBeLessThanOrEqual(100)
    await transport.close()
  })

  it('ends a call that gets no answer within its limit, and says that its outcome is unknown (row 8)', async () => {
    server.always(silence)
    const transport = openTransport(server)
    const error = await transport.json({ ...create, timeoutMs: 50 }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(KubeTimeout)
    expect(error).toMatchObject({ code: 'KUBE_TIMEOUT', outcomeUnknown: true })
    expect(await transport.json({ ...get, timeoutMs: 50 }).catch((error: unknown) => error)).toMatchObject({
      code: 'KUBE_TIMEOUT',
      outcomeUnknown: false,
    })
    await transport.close()
  })

  it('limits the body too, not only the headers', async () => {
    server.next(rawWatch('{"half":'))
    const transport = openTransport(server)
    await expect(transport.json({ ...get, timeoutMs: 50 })).rejects.toBeInstanceOf(KubeTimeout)
    await transport.close()
  })

  it('has a limit of 10 seconds when none is named (row 8)', async () => {
    const waits: number[] = []
    const clock = {
      ...systemClock,
      after: (ms: number, then: () => void) => {
        waits.push(ms)
        return systemClock.after(ms, then)
      },
    }
    server.next(json({}))
    const transport = openTransport(server, { clock })
    await transport.json(get)
    expect(waits).toEqual([10_000])
    await transport.close()
  })

  it('leaves connections that may be half-open: the call after a timeout gets a new one', async () => {
    server.always(silence)
    const transport = openTransport(server)
    await expect(transport.json({ ...get, timeoutMs: 1_000 })).rejects.toBeInstanceOf(KubeTimeout)
    server.always(json({ fine: true }))
    expect(await transport.json(get)).toEqual({ fine: true })
    expect(server.connections).toBe(2)
    await transport.close()
  })

  it('waits out a 429 as Retry-After says and repeats the call, a write too (row 8)', async () => {
    server.next(status(429, 'TooManyRequests', { headers: { 'retry-after': '1' } }), json({ fine: true }))
    const transport = openTransport(server)
    expect(await transport.json(create)).toEqual({ fine: true })
    const [first, second] = server.seen
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990)
    await transport.close()
  })

  it('hands a Retry-After that does not fit into the limit to the queue instead of waiting', async () => {
    server.next(status(429, 'TooManyRequests', { headers: { 'retry-after': '25' } }))
    const transport = openTransport(server)
    await expect(transport.json(get)).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      retryAfterMs: 25_000,
      outcomeUnknown: false,
    })
    await transport.close()
  })

  it('reads the credential again on a 401, once, and repeats the call (row 14)', async () => {
    let token = 'stale'
    const again: boolean[] = []
    const access: Access = {
      server: server.url,
      credential: (fresh) => {
        again.push(fresh)
        if (fresh) token = 'fresh'
        return Promise.resolve({ headers: { authorization: `Bearer ${token}` }, tls: { ca: server.ca } })
      },
    }
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    server.next(status(401, 'Unauthorized'), json({ fine: true }))
    expect(await transport.json(create)).toEqual({ fine: true })
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer stale', 'Bearer fresh'])
    expect(again).toEqual([false, true])

    server.next(status(401, 'Unauthorized'), status(401, 'Unauthorized'))
    await expect(transport.json(get)).rejects.toBeInstanceOf(KubeUnauthorized)
    expect(server.seen).toHaveLength(4)
    await transport.close()
  })

  it('believes a credential for a minute, not for ever', async () => {
    let reads = 0
    let monotonic = 0
    const access = accessTo(server, () => `token-${++reads}`)
    const transport = createTransport({
      access,
      clock: { ...systemClock, monotonic: () => monotonic },
      random: () => 0,
    })
    server.always(json({}))
    await transport.json(get)
    monotonic = 59_000
    await transport.json(get)
    monotonic = 61_000
    await transport.json(get)
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ])
    await transport.close()
  })

  it('shows a client certificate, and takes new connections when it was renewed', async () => {
    const { cert, key } = server.clientCertificate
    let tls: object = { ca: server.ca }
    const access: Access = { server: server.url, credential: () => Promise.resolve({ headers: {}, tls }) }
    let monotonic = 0
    const transport = createTransport({
      access,
      clock: { ...systemClock, monotonic: () => monotonic },
      random: () => 0,
    })
    server.always(json({}))
    await transport.json(get)
    tls = { ca: server.ca, cert, key }
    monotonic = 61_000
    await transport.json(get)
    expect(server.clients).toEqual([undefined, 'operator'])
    await transport.close()
  })

  it('refuses a server whose certificate our authority did not sign', async () => {
    const access: Access = { server: server.url, credential: () => Promise.resolve({ headers: {}, tls: {} }) }
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    await expect(transport.json(get)).rejects.toBeInstanceOf(KubeUnavailable)
    expect(server.seen).toEqual([])
    await transport.close()
  })

  it.each([
    { call: create, outcomeUnknown: true, because: 'the write may have happened before the cut' },
    { call: get, outcomeUnknown: false, because: 'a read changes nothing' },
  ])('does not repeat a call whose connection was cut: $because', async ({ call, outcomeUnknown }) => {
    server.next(reset)
    const transport = openTransport(server)
    await expect(transport.json(call)).rejects.toMatchObject({ code: 'KUBE_UNAVAILABLE', outcomeUnknown })
    expect(server.seen).toHaveLength(1)
    await transport.close()
  })

  it('knows that a write did not happen when nobody listens', async () => {
    const { url } = server
    await server.stop()
    const access: Access = { server: url, credential: () => Promise.resolve({ headers: {}, tls: {} }) }
    const transport = createTransport({ access, clock: systemClock, random: () => 0 })
    await expect(transport.json(create)).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      outcomeUnknown: false,
    })
    server = await ScriptedAPIServer.start()
  })

  it("rejects with the caller's own reason when the caller stops", async () => {
    server.always(silence)
    const transport = openTransport(server)
    const controller = new AbortController()
    const reason = new Error('enough')
    const pending = transport.json({ ...get, signal: controller.signal })
    setTimeout(() => controller.abort(reason), 20)
    await expect(pending).rejects.toBe(reason)
    await expect(transport.json({ ...get, signal: controller.signal })).rejects.toBe(reason)
    await transport.close()
  })

  it('says so when something that is no API server answers', async () => {
    server.next((response) => void response.writeHead(200).end('<html>'))
    const transport = openTransport(server)
    await expect(transport.json(get)).rejects.toThrow('get Namespace a: the answer is not JSON')
    await transport.close()
  })

  it('tells of every answer with its verb, status and duration', async () => {
    const told: string[] = []
    server.next(status(429, 'TooManyRequests', { headers: { 'retry-after': '0' } }), json({}))
    const transport = openTransport(server, {
      hooks: { answered: ({ verb, kind }, code) => told.push(`${verb} ${kind.kind} ${code}`) },
    })
    await transport.json(get)
    server.next(reset)
    await transport.json(get).catch(() => {})
    expect(told).toEqual(['get Namespace 429', 'get Namespace 200', 'get Namespace KUBE_UNAVAILABLE'])
    await transport.close()
  })

  it('gives the lines of a stream as they come, and closes it when the loop is left', async () => {
    server.next(rawWatch('{"a":1}\n{"b":2}\n{"c"'))
    const transport = openTransport(server)
    const got: string[] = []
    for await (const line of await transport.lines({ ...get, verb: 'watch' })) {
      got.push(line)
      if (got.length === 2) break
    }
    expect(got).toEqual(['{"a":1}', '{"b":2}'])
    await transport.close()
  })
})
