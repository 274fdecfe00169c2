import { type FastifyReply, type FastifyRequest } from 'fastify'
import { secretHash } from '../domain/session.ts'

/**
 * The one cookie of the service, essential to signing in. `__Host-`: this host only, TLS only; browsers count
 * http://localhost as such.
 */
const sessionCookie = '__Host-kiavi_session'

const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const

export const setSessionCookie = (reply: FastifyReply, secret: string, expires: Date): void =>
  void reply.setCookie(sessionCookie, secret, { ...attributes, expires })

export const clearSessionCookie = (reply: FastifyReply): void =>
  void reply.clearCookie(sessionCookie, attributes)

/** The hash of the cookie's secret, if there is a cookie that can be ours. */
export const sessionCookieHash = (request: FastifyRequest): Buffer | undefined =>
  secretHash(request.cookies[sessionCookie] ?? '')
