import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpProbe } from '../../../../operator/src/providers/runtime/http-probe.ts'

const ready = { ready: true, schemaVersion: 3, activeKid: 'k1', kids: ['k1'], version: '1.2.3' }
const answers: Record<string, [number, string]> = {
  '/readyz': [200, JSON.stringify(ready)],
  '/.well-known/jwks.json': [200, JSON.stringify({ keys: [{ kid: 'k1', kty: 'RSA' }] })],
}

describe('createHttpProbe', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })
  async function ask(listener: RequestListener) {
    server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return createHttpProbe(fetch).ask({ address: '127.0.0.1', http: port, metrics: port })
  }
  const saying = (change: Record<string, [number, string]>) =>
    ask((request, response) => {
      const [status, body] = { ...answers, ...change }[request.url ?? ''] ?? [404, '']
      response.writeHead(status).end(body)
    })

  it('tells what a pod says of itself, and which keys verifiers get', async () => {
    expect(await saying({})).toEqual({ readiness: ready, published: ['k1'], fault: undefined })
  })

  it('believes a pod that says it is not ready', async () => {
    const { readiness, fault } = await saying({
      '/readyz': [503, JSON.stringify({ ...ready, ready: false, schemaVersion: null, reason: 'database' })],
    })
    expect(readiness?.ready).toBe(false)
    expect(fault).toBe('database')
  })

  it('takes a pod for what it is that does not say its version', async () => {
    const older = { ...ready, version: undefined }
    expect((await saying({ '/readyz': [200, JSON.stringify(older)] })).readiness).toEqual(older)
  })

  it.each<{ because: string; change: Record<string, [number, string]>; fault: string }>([
    { because: 'the answer is no JSON', change: { '/readyz': [200, '<html>'] }, fault: '/readyz' },
    {
      because: 'the words are not ours',
      change: { '/readyz': [200, '{"ok":true}'] },
      fault: 'not in our words',
    },
    {
      because: 'the answer has no end',
      change: { '/readyz': [200, JSON.stringify({ ...ready, more: 'x'.repeat(70_000) })] },
      fault: 'too long',
    },
    {
      because: 'it wants to lead us elsewhere',
      change: { '/readyz': [302, ''] },
      fault: '/readyz',
    },
  ])('believes nothing when $because', async ({ change, fault }) => {
    const answer = await saying(change)
    expect(answer.readiness).toBeUndefined()
    expect(answer.fault).toContain(fault)
    expect(answer.published).toEqual(['k1'])
  })

  it('ends when the pod never answers', async () => {
    const answer = await ask(() => {})
    expect(answer).toMatchObject({ readiness: undefined, published: undefined })
    expect(answer.fault).toContain('timeout')
  })

  it('says so when nobody listens', async () => {
    const answer = await createHttpProbe(fetch).ask({ address: '127.0.0.1', http: 1, metrics: 1 })
    expect(answer.fault).toMatch(/ECONNREFUSED|bad port/)
  })
})
