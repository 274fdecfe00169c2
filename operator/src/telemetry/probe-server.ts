import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'

export interface ProbeOptions {
  host: string
  port: number
  /** Why the process cannot go on and must be started anew; `undefined`: it is alive. */
  stuck: () => string | undefined
  /** Why it does not serve its purpose yet; `undefined`: it is ready. */
  unready: () => string | undefined
  metrics: () => Promise<{ contentType: string; text: string }>
}

export interface ProbeServer {
  port: number
  close(): Promise<void>
}

/** `/livez`, `/readyz` and `/metrics` on a port of their own. */
export async function startProbeServer(options: ProbeOptions): Promise<ProbeServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'only GET')
      return
    }
    switch (new URL(request.url ?? '/', 'http://probe').pathname) {
      case '/livez': {
        verdict(response, options.stuck())
        return
      }
      case '/readyz': {
        verdict(response, options.stuck() ?? options.unready())
        return
      }
      case '/metrics':
        options.metrics().then(
          ({ contentType, text }) => answer(response, 200, text, contentType),
          () => answer(response, 500, 'the metrics cannot be gathered'),
        )
        return
      default: {
        answer(response, 404, 'there are /livez, /readyz and /metrics')
        return
      }
    }
  })
  // A scraper that dawdles must not hold a connection for ever.
  server.requestTimeout = 10_000
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function verdict(response: ServerResponse, why: string | undefined): void {
  answer(response, why === undefined ? 200 : 503, why ?? 'ok')
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response
    .writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' })
    .end(`${text.trimEnd()}\n`)
}
