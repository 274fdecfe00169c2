import { type FastifyInstance, type FastifyRequest } from 'fastify'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import { inSpan, requestSpan, type RequestSpan } from '../telemetry/traces.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked for too often to be told of one by one: an answer that is no refusal is counted, and not logged. */
    onlyCounted?: boolean
  }
}

/** The pattern that matched: an address itself may hold anything. */
const routeOf = (request: FastifyRequest) => request.routeOptions.url ?? 'unmatched'

/** One measurement and one span for each request, and a log line for most. No addresses, query strings, names or tokens. */
export function observeRequests(app: FastifyInstance, log: Log, metrics: Metrics): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>()
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    const active = requestSpan(request.method, request.headers)
    if (active === undefined) {
      done()
      return
    }
    spans.set(request, active)
    inSpan(active, done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request)
    const facts = { method: request.method, route, status: reply.statusCode }
    const ms = Math.round(reply.elapsedTime * 100) / 100
    metrics.request({ ...facts, seconds: reply.elapsedTime / 1000 })
    if (reply.statusCode >= 400 || !request.routeOptions.config.onlyCounted)
      log.info({ ...facts, ms, requestId: request.id }, 'request')
    spans.get(request)?.end(route, reply.statusCode)
    done()
  })
}
