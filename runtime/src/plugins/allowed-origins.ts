import { type FastifyInstance } from 'fastify'
import { Refusal } from '../domain/errors.ts'

/**
 * Which sites' scripts may call the API: the tenant's own. Answers CORS for them, without credentials: the session
 * cookie is for the hosted pages alone. A request that says it comes from elsewhere is refused; one that says
 * nothing comes from no browser, or from a page of ours.
 */
export function allowedOrigins(app: FastifyInstance, allowed: readonly string[]): void {
  const origins = new Set(allowed)
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    void reply.header('vary', 'Origin')
    const site = request.headers['sec-fetch-site']
    const allowedHere =
      origin === undefined ? site !== 'cross-site' && site !== 'same-site' : origins.has(origin)
    if (!allowedHere) {
      done(new Refusal('origin_not_allowed'))
      return
    }
    if (origin !== undefined) void reply.header('access-control-allow-origin', origin)
    if (origin === undefined || request.method !== 'OPTIONS') {
      done()
      return
    }
    void reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '600',
      })
      .code(204)
      .send()
  })
  app.options('*', () => {
    // Reached only without an Origin: the hook above answered every preflight.
    throw new Refusal('not_found')
  })
}
