import { type FastifyInstance } from 'fastify'
import * as z from 'zod'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { mintSecret, secretHash, slidingEnd } from '../domain/session.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { readBody } from './body.ts'
import { callerOf, issueAccessToken } from './deliver.ts'
import { keySetInUse } from './key-set-in-use.ts'

const refreshBody = z.strictObject({ refresh_token: z.string().max(256) })

/** A refresh token is good once: it buys an access token and its own successor. */
export function tokenRefresh(app: FastifyInstance, deps: Dependencies): void {
  app.post('/v1/token/refresh', async (request) => {
    const presented = secretHash(readBody(refreshBody, request.body).refresh_token)
    if (presented === undefined) throw new Refusal('refresh_token_invalid')
    const keySet = await keySetInUse(deps)
    const now = deps.now()
    const next = mintSecret(deps.random)
    const session = await deps.store.rotateRefreshToken({
      presented,
      next: next.hash,
      now,
      signedInSince: keySet.signedInSince,
      nextExpiresAt: slidingEnd(now, deps.tenant.tokens),
    })
    if (session === undefined) {
      deps.metrics.attempt('refresh_token', 'failure')
      const auditID = uuidv7(now.getTime(), deps.random)
      const reason = await deps.store.refuseRefreshToken(presented, {
        auditID,
        now,
        caller: callerOf(request),
      })
      throw new Refusal('refresh_token_invalid', reason)
    }
    deps.metrics.attempt('refresh_token', 'success')
    return {
      access_token: await issueAccessToken(deps, keySet, {
        userID: session.userID,
        sessionID: session.id,
        authenticatedAt: session.authenticatedAt,
      }),
      token_type: 'Bearer',
      expires_in: deps.tenant.tokens.accessTokenSeconds,
      refresh_token: next.secret,
      session: { id: session.id, expires_at: session.expiresAt.toISOString() },
    }
  })
}
