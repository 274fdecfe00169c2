import { isIP } from 'node:net'
import { type FastifyReply, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type NewSession } from '../db/new-session.ts'
import { type Dependencies } from '../dependencies.ts'
import { newAccessTokenClaims, accessTokenType } from '../domain/access-token.ts'
import { caller } from '../domain/caller.ts'
import { digest } from '../domain/digest.ts'
import { Refusal } from '../domain/errors.ts'
import { absoluteEnd, mintSecret, slidingEnd } from '../domain/session.ts'
import { uuidv4, uuidv7 } from '../domain/uuid.ts'
import { type KeySet } from '../keys/key-set.ts'
import { signToken } from '../keys/sign-token.ts'
import { setSessionCookie } from '../plugins/session-cookie.ts'
import { span } from '../telemetry/traces.ts'

/** How the session shall live: by refresh tokens in the client's hands, or by a cookie of the hosted pages. */
export const delivery = z.enum(['tokens', 'cookie']).default('tokens')
export type Delivery = z.infer<typeof delivery>

/** Who knocked; a forwarded address that is none gives way to the proxy's own. */
export const callerOf = (request: FastifyRequest) =>
  caller(
    isIP(request.ip) ? request.ip : (request.socket.remoteAddress ?? '::'),
    request.headers['user-agent'],
  )

/** A cookie is set for a page of this host alone: no other site can sign its visitors in here unseen. */
export function allowDelivery(deps: Dependencies, request: FastifyRequest, deliver: Delivery): void {
  if (deliver === 'cookie' && request.headers.origin !== deps.tenant.issuer)
    throw new Refusal('origin_not_allowed')
}

export interface PreparedSession {
  row: NewSession
  /** The cookie's value or the refresh token. */
  secret: string
}

/** Everything about a session that is decided before it is written. */
export function prepareSession(
  deps: Dependencies,
  request: FastifyRequest,
  deliver: Delivery,
  challenge: { bytes: Buffer; expiresAt: Date },
): PreparedSession {
  const now = deps.now()
  const { secret, hash } = mintSecret(deps.random)
  const expiresAt = absoluteEnd(now, deps.tenant.tokens)
  return {
    secret,
    row: {
      id: uuidv4(deps.random),
      auditID: uuidv7(now.getTime(), deps.random),
      now,
      expiresAt,
      cookieHash: deliver === 'cookie' ? hash : null,
      refresh:
        deliver === 'tokens' ? { hash, expiresAt: slidingEnd(now, deps.tenant.tokens, expiresAt) } : null,
      caller: callerOf(request),
      challenge: { hash: digest(challenge.bytes), expiresAt: challenge.expiresAt },
    },
  }
}

export function issueAccessToken(
  deps: Dependencies,
  keySet: KeySet,
  of: { userID: string; sessionID: string; authenticatedAt: Date },
): Promise<string> {
  const { issuer, tokens } = deps.tenant
  const subject = { issuer, accessTokenSeconds: tokens.accessTokenSeconds, ...of }
  const claims = newAccessTokenClaims(subject, deps.now(), deps.random)
  return span('sign', () => signToken(claims, accessTokenType, keySet))
}

/** The answer to a successful sign-in or sign-up. */
export function deliverSession(
  deps: Dependencies,
  reply: FastifyReply,
  session: PreparedSession,
  user: { id: string; name: string },
  accessToken: string,
): object {
  const { row, secret } = session
  if (row.cookieHash !== null) setSessionCookie(reply, secret, row.expiresAt)
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: deps.tenant.tokens.accessTokenSeconds,
    ...(row.refresh === null ? {} : { refresh_token: secret }),
    session: { id: row.id, expires_at: row.expiresAt.toISOString() },
    user,
  }
}
