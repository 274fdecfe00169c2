import cookie from '@fastify/cookie'
import fastify, { type FastifyInstance } from 'fastify'
import { type Dependencies } from './dependencies.ts'
import { closeWhileDraining } from './plugins/close-while-draining.ts'
import { handleErrors } from './plugins/error-handler.ts'
import { noSchemas } from './plugins/no-schemas.ts'
import { observeRequests } from './plugins/observe-requests.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { api } from './routes/api.ts'
import { pages } from './routes/pages.ts'
import { wellKnown } from './routes/well-known.ts'

/** Builds the service; never listens. Each surface is an encapsulated plugin with rules of its own. */
export async function buildApp(deps: Dependencies): Promise<FastifyInstance> {
  const { trustedProxies } = deps.tenant
  const app = fastify({
    logger: false,
    schemaController: noSchemas,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: () => deps.random(12).toString('base64url'),
    bodyLimit: 65_536,
    requestTimeout: 15_000,
    // The proxy before us closes what is idle (Envoy after an hour at the latest): were it us, a request could be
    // on its way already.
    keepAliveTimeout: 3_660_000,
    // main.ts drains before it closes: what still comes in is answered.
    return503OnClosing: false,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 256 },
  })
  observeRequests(app, deps.log, deps.metrics)
  securityHeaders(app)
  closeWhileDraining(app, deps.draining)
  handleErrors(app, deps.log)
  await app.register(async (scope) => {
    await scope.register(cookie)
    api(scope, deps)
  })
  await app.register(async (scope) => {
    await scope.register(cookie)
    pages(scope, deps)
  })
  await app.register((scope, _options, done) => {
    wellKnown(scope, deps)
    done()
  })
  return app
}
