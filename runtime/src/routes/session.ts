import { type FastifyInstance, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type SessionToEnd } from '../db/sessions.ts'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { secretHash } from '../domain/session.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { clearSessionCookie, sessionCookieHash } from '../plugins/session-cookie.ts'
import { readBody } from './body.ts'
import { callerOf } from './deliver.ts'
import { keySetInUse } from './key-set-in-use.ts'
import { bearer, ownPage, signedIn, tokenSessionID } from './signed-in.ts'

const endBody = z.strictObject({ refresh_token: z.string().max(256).optional() })

/** Who is signed in, and signing out: by access token, by refresh token, or by the cookie of the hosted pages. */
export function session(app: FastifyInstance, deps: Dependencies): void {
  app.get('/v1/session', async (request) => {
    const found = await signedIn(deps, request)
    return {
      session: {
        id: found.id,
        authenticated_at: found.authenticatedAt.toISOString(),
        expires_at: found.expiresAt.toISOString(),
      },
      user: { id: found.userID, name: found.name },
    }
  })

  async function sessionToEnd(request: FastifyRequest): Promise<SessionToEnd | undefined> {
    const { refresh_token: refreshToken } = readBody(endBody, request.body)
    if (refreshToken !== undefined) {
      const refreshHash = secretHash(refreshToken)
      return refreshHash && { refreshHash }
    }
    const token = bearer(request)
    if (token !== undefined) {
      const id = await tokenSessionID(deps, token, await keySetInUse(deps))
      return id === undefined ? undefined : { id }
    }
    const cookieHash = ownPage(deps, request) ? sessionCookieHash(request) : undefined
    return cookieHash && { cookieHash }
  }

  app.post('/v1/session/end', async (request, reply) => {
    const which = await sessionToEnd(request)
    const now = deps.now()
    const event = { auditID: uuidv7(now.getTime(), deps.random), now, caller: callerOf(request) }
    const ended = which !== undefined && (await deps.store.endSession(which, event))
    if (sessionCookieHash(request) !== undefined) clearSessionCookie(reply)
    if (!ended) throw new Refusal('not_signed_in')
    return reply.code(204).send()
  })
}
