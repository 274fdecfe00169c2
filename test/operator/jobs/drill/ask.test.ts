import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../../../operator/src/jobs/drill/ask.ts'

/** Says what it was asked; on /prose something that is no JSON, on /flood far too much, on /silence nothing. */
const server = createServer((request, response) => {
  if (request.url === '/silence') return
  if (request.url === '/prose') response.writeHead(502).end('bad gateway')
  else if (request.url === '/flood') response.end(Buffer.alloc(1_000_000))
  else {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { method, headers } = request
      response.end(JSON.stringify({ method, headers, body }))
    })
  }
})
const stopping = new AbortController()
const service = { url: '', host: 'auth.acme.eu', origin: 'https://auth.acme.eu', signal: stopping.signal }
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('ask', () => {
  it('asks as a browser behind a gateway would', async () => {
    const posted = await ask(service, 'POST', '/v1/x', { body: { a: 'ü' } })
    expect(posted).toMatchObject({
      status: 200,
      body: {
        method: 'POST',
        headers: { host: 'auth.acme.eu', origin: 'https://auth.acme.eu', 'content-type': 'application/json' },
        body: '{"a":"ü"}',
      },
    })
    const got = await ask(service, 'GET', '/v1/x', { bearer: 'token' })
    expect(got).toMatchObject({
      body: { method: 'GET', headers: { authorization: 'Bearer token' }, body: '' },
    })
  })

  it('takes an answer that is no JSON as one without a body', async () => {
    expect(await ask(service, 'GET', '/prose')).toEqual({ status: 502, body: undefined })
  })

  it('reads no flood, and does not wait once it was told to stop', async () => {
    await expect(ask(service, 'GET', '/flood')).rejects.toThrow('far too large')
    const asking = ask(service, 'GET', '/silence')
    setTimeout(() => stopping.abort(new Error('told to stop')), 50)
    await expect(asking).rejects.toThrow()
  })
})
