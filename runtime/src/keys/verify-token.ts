import { type KeyObject } from 'node:crypto'
import { accessTokenClaims, accessTokenType, type AccessTokenClaims } from '../domain/access-token.ts'

/**
 * Verifies one of our own access tokens; `undefined` when it is not one, or not any more. The algorithm is ours to
 * say, the key comes from our own set, and audience and issuer must be this tenant (RFC 8725).
 */
export async function verifyToken(
  token: string,
  verifyingKeys: ReadonlyMap<string, KeyObject>,
  issuer: string,
  now: Date,
): Promise<AccessTokenClaims | undefined> {
  // jose would let whitespace in a signature pass.
  if (!/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(token)) return undefined
  // Most callers never ask: loaded when the first one does.
  const { jwtVerify } = await import('jose')
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = verifyingKeys.get(kid ?? '')
        if (key === undefined) throw new Error('unknown kid')
        return key
      },
      { algorithms: ['RS256'], typ: accessTokenType, issuer, audience: issuer, currentDate: now },
    )
    return accessTokenClaims.safeParse(payload).data
  } catch {
    return undefined
  }
}
