import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'

export interface Health {
  /** False when only a restart helps. */
  alive: () => boolean
  /** The caches are filled: what is not the leader is ready too. */
  ready: () => boolean
  metrics: () => Promise<{ contentType: string; text: string }>
}

/** `/livez`, `/readyz`, `/metrics`. Resolves with the port, once it listens. */
export async function serveHealth(
  { alive, ready, metrics }: Health,
  { host, port }: { host: string; port: number },
): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, contentType = 'text/plain; charset=utf-8') => {
      response.writeHead(status, { 'content-type': contentType }).end(text)
    }
    switch (request.url) {
      case '/livez':
        return answer(alive() ? 200 : 500, alive() ? 'ok\n' : 'nothing heard of the API server\n')
      case '/readyz':
        return answer(ready() ? 200 : 503, ready() ? 'ok\n' : 'filling caches\n')
      case '/metrics':
        metrics().then(
          ({ contentType, text }) => answer(200, text, contentType),
          () => answer(500, 'no metrics\n'),
        )
        return
      default:
        return answer(404, 'not found\n')
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
