import { type FastifyInstance } from 'fastify'
import { Refusal } from '../domain/errors.ts'

const json = /^application\/json(; ?charset=utf-8)?$/i

/**
 * A body is `application/json` and nothing that a lenient parser could take for it: a form of another site can
 * send none, so that a browser asks before it sends (CORS preflight).
 */
export function onlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parse)
  app.addHook('onRequest', (request, _reply, done) => {
    const reads = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
    if (reads || json.test(request.headers['content-type'] ?? '')) done()
    else done(new Refusal('unsupported_media_type'))
  })
}
