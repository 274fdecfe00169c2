import { type FastifyInstance, type FastifyReply } from 'fastify'
import { Refusal, wireError, type RefusalCode } from '../domain/errors.ts'
import { freshSeconds } from '../domain/session.ts'
import { type Log } from '../telemetry/log.ts'

/** Fastify's own refusals, in our words. */
const known: Record<string, RefusalCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_NOT_FOUND: 'not_found',
}

/**
 * PostgreSQL away, shutting down, out of connections or out of time; its database closed to us, or not there, as while a
 * restore takes its place: what a retry may find mended.
 */
const databaseAway =
  /^(08|53|57P|57014|55P03|28P01|42501|55000|3D000|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/
const poolTimeouts = /timeout exceeded when trying to connect|Query read timeout|Connection terminated/

function codeOf(error: Error & { code?: unknown; statusCode?: unknown }): RefusalCode {
  if (error instanceof Refusal) return error.code
  const code = typeof error.code === 'string' ? error.code : ''
  const ours = known[code]
  if (ours !== undefined) return ours
  if (databaseAway.test(code) || poolTimeouts.test(error.message)) return 'unavailable'
  if (error.statusCode === 400) return 'invalid_request'
  return 'internal'
}

function answer(reply: FastifyReply, code: RefusalCode, status: number): FastifyReply {
  void reply.code(status).header('cache-control', 'no-store')
  if (code === 'not_signed_in') void reply.header('www-authenticate', 'Bearer')
  // RFC 9470, section 3.
  if (code === 'insufficient_user_authentication')
    void reply.header('www-authenticate', `Bearer error="${code}", max_age="${String(freshSeconds)}"`)
  if (code === 'unavailable') void reply.header('retry-after', '1')
  return reply.send(wireError(code))
}

/** Every error leaves the service here, as one of the codes of domain/errors.ts. */
export function handleErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: Error, request, reply) => {
    const refusal = new Refusal(codeOf(error), undefined, { cause: error })
    if (refusal.status >= 500)
      log.error({ err: error, requestId: request.id, code: refusal.code }, 'request failed')
    return answer(reply, refusal.code, refusal.status)
  })
  app.setNotFoundHandler((_request, reply) => answer(reply, 'not_found', 404))
}
