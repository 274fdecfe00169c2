import { type JSONWebKeySet, createLocalJWKSet, jwtVerify } from 'jose'

/**
 * Verifies an access token as a tenant's application would: by the key set that the tenant serves, its issuer for audience
 * (RFC 9068, RFC 8725). Gives whose it is, or what is wrong with it.
 */
export async function verifyAccessToken(
  token: string,
  jwks: JSONWebKeySet,
  { issuer, now }: { issuer: string; now: Date },
): Promise<{ subject: string | undefined } | { fault: string }> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      ...{ algorithms: ['RS256'], typ: 'at+jwt', issuer, audience: issuer, currentDate: now },
    })
    return { subject: payload.sub }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : 'it could not be read' }
  }
}
