import { generateKeyPairSync } from 'node:crypto'
import { type JWK, SignJWT, exportJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyAccessToken } from '../../../../operator/src/providers/keys/verify-access-token.ts'

const now = new Date('2026-11-22T16:00:00Z')
const issuer = 'https://auth.acme.eu'
const seconds = now.getTime() / 1000
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const [own, other] = [pair(), pair()]
let served: { keys: JWK[] }
beforeAll(async () => {
  served = { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'a', alg: 'RS256' }] }
})

const token = (claims: object = {}, { typ = 'at+jwt', kid = 'a', key = own.privateKey } = {}) =>
  new SignJWT({ iss: issuer, aud: issuer, sub: 'somebody', exp: seconds + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ, kid })
    .sign(key)

describe('verifyAccessToken', () => {
  it('gives whose it is', async () => {
    expect(await verifyAccessToken(await token(), served, { issuer, now })).toEqual({ subject: 'somebody' })
  })

  it.each<{ made: () => Promise<string>; fault: string; because: string }>([
    {
      made: () => token({}, { key: other.privateKey }),
      fault: 'signature verification failed',
      because: 'another key signed it',
    },
    { made: () => token({}, { kid: 'b' }), fault: 'no applicable key', because: 'its key is not served' },
    { made: () => token({}, { typ: 'JWT' }), fault: 'typ', because: 'it is no access token' },
    { made: () => token({ exp: seconds - 1 }), fault: 'exp', because: 'its time is over' },
    { made: () => token({ iss: 'https://other.eu' }), fault: 'iss', because: 'another one issued it' },
    { made: () => token({ aud: 'https://other.eu' }), fault: 'aud', because: 'it is for another one' },
    { made: () => Promise.resolve('nonsense'), fault: 'Invalid', because: 'it is none' },
  ])('says what is wrong when $because', async ({ made, fault, because }) => {
    expect(await verifyAccessToken(await made(), served, { issuer, now }), because).toEqual({
      fault: expect.stringContaining(fault) as string,
    })
  })
})
