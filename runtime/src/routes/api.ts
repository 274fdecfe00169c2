import { type FastifyInstance } from 'fastify'
import { type Dependencies } from '../dependencies.ts'
import { allowedOrigins } from '../plugins/allowed-origins.ts'
import { onlyJson } from '../plugins/only-json.ts'
import { challengeKey } from './challenge-key.ts'
import { erasure } from './erasure.ts'
import { ownPasskeys } from './own-passkeys.ts'
import { passkeyAuthentication } from './passkey-authentication.ts'
import { passkeyRegistration } from './passkey-registration.ts'
import { session } from './session.ts'
import { tokenRefresh } from './token-refresh.ts'

/** The JSON API, in a scope of its own: its rules on bodies and origins are nobody else's. */
export function api(app: FastifyInstance, deps: Dependencies): void {
  onlyJson(app)
  allowedOrigins(app, deps.tenant.passkeys.allowedOrigins)
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('cache-control', 'no-store')
    done()
  })
  const key = challengeKey(deps.store)
  passkeyRegistration(app, deps, key)
  passkeyAuthentication(app, deps, key)
  tokenRefresh(app, deps)
  session(app, deps)
  ownPasskeys(app, deps)
  erasure(app, deps)
}
