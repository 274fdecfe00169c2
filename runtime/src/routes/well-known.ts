import { createHash } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Dependencies } from '../dependencies.ts'
import { keySetInUse } from './key-set-in-use.ts'

interface Document {
  body: Buffer
  etag: string
  cacheControl: string
}

/** RFC 9110, section 13.1.2: a weak comparison against a list. */
const knows = (request: FastifyRequest, etag: string) => {
  const tags = request.headers['if-none-match']
  return (
    tags !== undefined &&
    (tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  )
}

/** Bytes that were made before they were asked for; the same for every caller, whatever its Host header says. */
function send(request: FastifyRequest, reply: FastifyReply, document: Document): FastifyReply {
  void reply.headers({
    'cache-control': document.cacheControl,
    etag: document.etag,
    // Public by purpose: any site may verify a token.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  })
  if (knows(request, document.etag)) return reply.code(304).send()
  return reply.header('content-type', 'application/json').send(document.body)
}

/**
 * RFC 8414, saying what is true today: no authorization endpoint, no OAuth grant. The two empty lists stand there
 * although the RFC leaves empty ones out: one is required, and the other's default would promise two grants.
 */
const metadata = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: [],
  grant_types_supported: [],
})

/** The public keys, and the metadata that says where they are. */
export function wellKnown(app: FastifyInstance, deps: Dependencies): void {
  const body = Buffer.from(JSON.stringify(metadata(deps.tenant.issuer)))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  const metadataDocument = { body, etag, cacheControl: 'public, max-age=3600' }

  const config = { onlyCounted: true }
  app.get('/.well-known/jwks.json', { config }, async (request, reply) => {
    const { jwks } = await keySetInUse(deps)
    return send(request, reply, jwks)
  })
  app.get('/.well-known/oauth-authorization-server', { config }, (request, reply) =>
    send(request, reply, metadataDocument),
  )
}
