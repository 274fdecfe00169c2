import { type FastifyInstance, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type SessionToEnd, type StoredSession } from '../db/sessions.ts'
import { type Dependencies } from '../dependencies.ts'
import { Refusal } from '../domain/errors.ts'
import { secretHash, shouldTouch, usedSince } from '../domain/session.ts'
import { uuidv7 } from '../domain/uuid.ts'
import { type KeySet } from '../keys/key-set.ts'
import { verifyToken } from '../keys/verify-token.ts'
import { clearSessionCookie, sessionCookieHash } from '../plugins/session-cookie.ts'
import { readBody } from './body.ts'
import { callerOf } from './deliver.ts'
import { keySetInUse } from './key-set-in-use.ts'

const endBody = z.strictObject({ refresh_token: z.string().max(256).optional() })

/** The access token of an `Authorization: Bearer` header. */
const bearer = (request: FastifyRequest) =>
  /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1]

/** The cookie's session, if it is alive; its use is written down once an hour. */
export async function cookieSession(
  deps: Dependencies,
  request: FastifyRequest,
): Promise<StoredSession | undefined> {
  const hash = sessionCookieHash(request)
  if (hash === undefined) return undefined
  const { signedInSince } = await keySetInUse(deps)
  const now = deps.now()
  const session = await deps.store.findSessionBySecret(hash, {
    now,
    signedInSince,
    usedSince: usedSince(now, deps.tenant.tokens),
  })
  if (session !== undefined && shouldTouch(session.lastSeenAt, now))
    await deps.store.touchSession(session.id, now)
  return session
}

/** Who is signed in, and signing out: by access token, by refresh token, or by the cookie of the hosted pages. */
export function session(app: FastifyInstance, deps: Dependencies): void {
  const tokenSessionID = async (token: string, { verifyingKeys }: KeySet): Promise<string | undefined> =>
    (await verifyToken(token, verifyingKeys, deps.tenant.issuer, deps.now()))?.sid

  app.get('/v1/session', async (request) => {
    const token = bearer(request)
    let found: StoredSession | undefined
    if (token === undefined) {
      found = await cookieSession(deps, request)
    } else {
      const keySet = await keySetInUse(deps)
      const id = await tokenSessionID(token, keySet)
      if (id !== undefined)
        found = await deps.store.findSessionByID(id, { now: deps.now(), signedInSince: keySet.signedInSince })
    }
    if (found === undefined) throw new Refusal('not_signed_in')
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
      const id = await tokenSessionID(token, await keySetInUse(deps))
      return id === undefined ? undefined : { id }
    }
    // A cookie comes along by itself: only a page of this host may act on it.
    const own = request.headers.origin === deps.tenant.issuer
    const cookieHash = own ? sessionCookieHash(request) : undefined
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
