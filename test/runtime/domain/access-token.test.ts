import { describe, expect, it } from 'vitest'
import { accessTokenClaims, newAccessTokenClaims } from '../../../runtime/src/domain/access-token.ts'

describe('newAccessTokenClaims', () => {
  it('says who, where, when and how, and nothing else', () => {
    const claims = newAccessTokenClaims(
      {
        issuer: 'https://auth.acme.eu',
        accessTokenSeconds: 600,
        userID: 'user',
        sessionID: 'session',
        authenticatedAt: new Date('2026-11-22T11:00:00.999Z'),
      },
      new Date('2026-11-22T12:00:00.999Z'),
      (bytes) => Buffer.alloc(bytes),
    )
    expect(claims).toEqual({
      iss: 'https://auth.acme.eu',
      aud: 'https://auth.acme.eu',
      sub: 'user',
      client_id: 'first-party',
      iat: 1_795_348_800,
      exp: 1_795_349_400,
      jti: 'AAAAAAAAAAAAAAAAAAAAAA',
      sid: 'session',
      auth_time: 1_795_345_200,
      amr: ['pop', 'user', 'mfa'],
    })
    expect(accessTokenClaims.parse(claims)).toEqual(claims)
  })
})
