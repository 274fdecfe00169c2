import * as z from 'zod'

/** What an access token says (RFC 9068). */
export const accessTokenClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  client_id: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  sid: z.string(),
  auth_time: z.int(),
  amr: z.array(z.string()),
})

export type AccessTokenClaims = z.infer<typeof accessTokenClaims>

export const accessTokenType = 'at+jwt'

/** RFC 8176: a passkey proves possession of a key, in the presence of a person it has verified. */
const passkeyMethods: readonly string[] = ['pop', 'user', 'mfa']

export interface AccessTokenSubject {
  issuer: string
  accessTokenSeconds: number
  userID: string
  sessionID: string
  authenticatedAt: Date
}

/**
 * The claims of a new token. Until applications register as clients, every token is for the tenant's own
 * application: audience is the issuer, and `client_id`, which RFC 9068 requires, is `first-party`.
 */
export function newAccessTokenClaims(
  subject: AccessTokenSubject,
  now: Date,
  random: (bytes: number) => Uint8Array,
): AccessTokenClaims {
  const iat = Math.floor(now.getTime() / 1000)
  return {
    iss: subject.issuer,
    aud: subject.issuer,
    sub: subject.userID,
    client_id: 'first-party',
    iat,
    exp: iat + subject.accessTokenSeconds,
    jti: Buffer.from(random(16)).toString('base64url'),
    sid: subject.sessionID,
    auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    amr: [...passkeyMethods],
  }
}
