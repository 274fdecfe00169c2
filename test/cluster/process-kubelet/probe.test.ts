import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, probeCounter, probeTarget } from './probe.ts'

describe('probeCounter', () => {
  const y = true
  const n = false
  it.each([
    { because: 'one success is enough', probe: {}, first: n, answers: [y], is: [y] },
    { because: 'three failures in a row are needed', probe: {}, first: y, answers: [n, n, n], is: [y, y, n] },
    {
      because: 'a success between starts the count again',
      probe: {},
      first: y,
      answers: [n, n, y, n, n, n],
      is: [y, y, y, y, y, n],
    },
    {
      because: 'as many successes as it says',
      probe: { successThreshold: 2 },
      first: n,
      answers: [y, n, y, y],
      is: [n, n, n, y],
    },
    {
      because: 'as few failures as it says',
      probe: { failureThreshold: 1 },
      first: y,
      answers: [n, y],
      is: [n, y],
    },
  ])('$because', ({ probe, first, answers, is }) => {
    const count = probeCounter(probe, first)
    expect(answers.map(count)).toEqual(is)
  })
})

describe('probeTarget', () => {
  it('finds a port by its name', () => {
    const container = { name: 'web', image: 'tiny', ports: [{ name: 'http', containerPort: 8080 }] }
    const httpGet = { path: '/readyz', port: 'http', httpHeaders: [{ name: 'Host', value: 'acme.eu' }] }
    expect(probeTarget({ httpGet, timeoutSeconds: 2 }, container, '10.98.0.2')).toEqual({
      host: '10.98.0.2',
      port: 8080,
      path: '/readyz',
      headers: { Host: 'acme.eu' },
      timeoutMs: 2_000,
    })
  })
})

describe('ask', () => {
  let server: Server
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/never') return
      response.writeHead(Number(request.url?.slice(1))).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  it.each([
    { path: '/200', is: true },
    { path: '/399', is: true },
    { path: '/400', is: false },
    { path: '/503', is: false },
    { path: '/never', is: false },
  ])('answers $is for $path', async ({ path, is }) => {
    const { port } = server.address() as AddressInfo
    expect(await ask({ host: '127.0.0.1', port, path, headers: {}, timeoutMs: 200 })).toBe(is)
  })
})
