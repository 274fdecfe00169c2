import { createServer, type Server, type ServerResponse } from 'node:http'
import { type Readiness } from './readiness.ts'
import { type Metrics } from './telemetry/metrics.ts'

/** Probes and metrics, on a port of their own that no route of a gateway reaches. */
export function createProbeServer(readiness: () => Promise<Readiness>, metrics: Metrics): Server {
  const answer = async (path: string | undefined, response: ServerResponse): Promise<void> => {
    if (path === '/livez') {
      send(response, 200, 'text/plain', 'ok')
    } else if (path === '/readyz') {
      const state = await readiness()
      send(response, state.ready ? 200 : 503, 'application/json', JSON.stringify(state))
    } else if (path === '/metrics') {
      send(response, 200, metrics.contentType, await metrics.text())
    } else {
      send(response, 404, 'text/plain', 'not found')
    }
  }
  return createServer((request, response) => {
    answer(request.url, response).catch(() => send(response, 500, 'text/plain', 'failed'))
  })
}

const send = (response: ServerResponse, status: number, type: string, body: string): void =>
  void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
