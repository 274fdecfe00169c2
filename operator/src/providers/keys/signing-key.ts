import { type KeyObject, createHash, createPublicKey } from 'node:crypto'
import { type PublicSigningKey } from './port.ts'

/** RFC 7638, section 3: SHA-256 over the required members in the order of their names. */
export function thumbprint({ e, n }: { e: string; n: string }): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
}

/** The public half of an RSA key, as JWKS shows it. */
export function publicSigningKey(key: KeyObject): PublicSigningKey {
  const { n, e } = createPublicKey(key).export({ format: 'jwk' })
  if (n === undefined || e === undefined) throw new TypeError('A signing key is an RSA key.')
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: thumbprint({ n, e }), n, e }
}
