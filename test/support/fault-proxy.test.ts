import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, type KubeClient } from '../cluster/kube-client.ts'
import { createAuthority } from '../cluster/pki.ts'
import { EffectLedger, effectLine } from './effect-ledger.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { atWrite, FaultInjector } from './faults.ts'
import { json, ScriptedAPIServer } from './scripted-api-server.ts'

const claim = { metadata: { name: 'claim' } }
const claims = '/api/v1/namespaces/a/configmaps'
const lease = '/apis/coordination.k8s.io/v1/namespaces/a/leases/operator'

let server: ScriptedAPIServer
let injector: FaultInjector
let proxy: FaultProxy
let client: KubeClient

beforeEach(async () => {
  server = (await ScriptedAPIServer.start()).always(json({ metadata: { name: 'claim', uid: '1' } }, 201))
  const authority = await createAuthority('proxy authority')
  const identity = await authority.issue({ commonName: 'proxy', ips: ['127.0.0.1'], usage: 'server' })
  injector = new FaultInjector(new EffectLedger())
  proxy = await startFaultProxy({ server: { url: server.url, ca: server.ca }, identity, injector })
  client = connect(proxy.url, authority.cert, { token: 'of-the-operator' })
})

afterEach(async () => {
  await client.close()
  await proxy.close()
  await server.stop()
})

const lines = () => injector.ledger.effects().map(effectLine)

/** A process that lives until it is killed: the victim. */
const victim = () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const gone = once(child, 'exit')
  injector.aimAt(async () => {
    child.kill('SIGKILL')
    await gone
  })
  return child
}

describe('startFaultProxy', () => {
  it('passes requests on with the own token of the caller', async () => {
    await client.call('POST', claims, claim)
    expect(server.seen[0]).toMatchObject({ method: 'POST', path: claims, body: JSON.stringify(claim) })
    expect(server.seen[0]!.headers.authorization).toBe('Bearer of-the-operator')
  })

  it('numbers writes with what the server said, and no reads', async () => {
    server.next(json(claim), json(claim, 201), json({ message: 'taken' }, 409))
    await client.call('GET', `${claims}/claim`)
    await client.call('POST', claims, claim)
    await expect(client.call('POST', claims, claim)).rejects.toThrow('409')
    expect(lines()).toEqual(['1 create configmaps a/claim -> 201', '2 create configmaps a/claim -> 409'])
  })

  it('numbers leases and events apart', async () => {
    await client.call('PUT', lease, claim)
    await client.call('POST', '/apis/events.k8s.io/v1/namespaces/a/events', claim)
    await client.call('POST', claims, claim)
    expect(lines()).toEqual(['1 create configmaps a/claim -> 201'])
    expect(injector.ledger.effects('lease').map(effectLine)).toEqual(['1 update leases a/operator -> 201'])
    expect(injector.ledger.effects('event').map(effectLine)).toEqual(['1 create events a/claim -> 201'])
  })

  it('streams a watch event by event', async () => {
    let end = () => {}
    server.next((response) => {
      response.writeHead(200).write(`${JSON.stringify({ type: 'ADDED', object: claim })}\n`)
      end = () => response.end()
    })
    const seen: string[] = []
    for await (const event of client.watch(`${claims}?watch=1`, new AbortController().signal)) {
      seen.push(event.type)
      end()
    }
    expect(seen).toEqual(['ADDED'])
  })

  it('kills before the write: the server never sees it', async () => {
    const child = victim()
    injector.script = atWrite(2, { do: 'kill', when: 'before' })
    await client.call('POST', claims, claim)
    await expect(client.call('POST', claims, claim)).rejects.toThrow()
    expect(child.signalCode).toBe('SIGKILL')
    expect(server.seen).toHaveLength(1)
    expect(lines()[1]).toBe('2 create configmaps a/claim -> unsent')
    expect(injector.struck?.effect.k).toBe(2)
  })

  it('kills after the write: the server did it, the answer is lost', async () => {
    const child = victim()
    injector.script = atWrite(1, { do: 'kill', when: 'after' })
    await expect(client.call('POST', claims, claim)).rejects.toThrow()
    expect(child.signalCode).toBe('SIGKILL')
    expect(server.seen).toHaveLength(1)
    expect(lines()).toEqual(['1 create configmaps a/claim -> 201'])
  })

  it('lets nothing more of the killed process through, and everything of the next', async () => {
    let release = () => {}
    injector.aimAt(() => new Promise<void>((resolve) => (release = resolve)))
    injector.script = atWrite(1, { do: 'kill', when: 'before' })
    const first = client.call('POST', claims, claim)
    await expect.poll(() => injector.killing).toBe(true)
    const second = client.call('POST', claims, claim)
    await expect(second).rejects.toThrow()
    release()
    await expect(first).rejects.toThrow()
    expect(server.seen).toHaveLength(0)
    await client.call('POST', claims, claim)
    expect(lines()).toEqual(['1 create configmaps a/claim -> unsent', '2 create configmaps a/claim -> 201'])
  })

  it('drops: the connection closes, the server sees nothing', async () => {
    injector.script = atWrite(1, { do: 'drop' })
    await expect(client.call('POST', claims, claim)).rejects.toThrow()
    expect(server.seen).toHaveLength(0)
    expect(lines()).toEqual(['1 create configmaps a/claim -> unsent'])
  })

  it.each(['before', 'after'] as const)('delays %s the server', async (when) => {
    injector.script = atWrite(1, { do: 'delay', when, milliseconds: 500 })
    const start = performance.now()
    await client.call('POST', claims, claim)
    const took = performance.now() - start
    const reached = server.seen[0]!.at - start
    expect(took).toBeGreaterThanOrEqual(499)
    expect(reached >= 499).toBe(when === 'before')
  })

  it('cuts in the middle of the answer', async () => {
    injector.script = atWrite(1, { do: 'cut' })
    await expect(client.call('POST', claims, claim)).rejects.toThrow()
    expect(server.seen).toHaveLength(1)
    expect(lines()).toEqual(['1 create configmaps a/claim -> 201'])
  })

  it.each([409, 429, 500, 503] as const)('answers with %d instead of the server', async (status) => {
    injector.script = atWrite(1, { do: 'answer', status, retryAfterSeconds: 1 })
    await expect(client.call('POST', claims, claim)).rejects.toMatchObject({ status })
    expect(server.seen).toHaveLength(0)
    await client.call('POST', claims, claim)
    expect(server.seen).toHaveLength(1)
  })
})
