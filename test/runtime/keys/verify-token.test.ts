import { createHmac, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { newAccessTokenClaims } from '../../../runtime/src/domain/access-token.ts'
import { readKeySet } from '../../../runtime/src/keys/key-set.ts'
import { signToken } from '../../../runtime/src/keys/sign-token.ts'
import { verifyToken } from '../../../runtime/src/keys/verify-token.ts'
import { makeSigningKey, mountKeys, type TestKey } from '../../support/tenant-files.ts'

const issuer = 'https://auth.acme.eu'
const now = new Date('2026-11-22T12:00:00Z')
const { publicKey, privatePem } = makeSigningKey()
const other = makeSigningKey()
const key = { activeKid: publicKey.kid, signingKey: createPrivateKey(privatePem) }
const verifyingKeys = new Map([[publicKey.kid, createPublicKey(privatePem)]])
const claims = newAccessTokenClaims(
  { issuer, accessTokenSeconds: 600, userID: 'user', sessionID: 'session', authenticatedAt: now },
  now,
  randomBytes,
)
const verify = (token: string, at = now) => verifyToken(token, verifyingKeys, issuer, at)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('signToken', () => {
  it('makes what jose verifies against the JWKS', async () => {
    const token = await signToken(claims, 'at+jwt', key)
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [publicKey] }), {
      issuer,
      audience: issuer,
      typ: 'at+jwt',
      algorithms: ['RS256'],
      currentDate: now,
    })
    expect(payload).toEqual(claims)
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: publicKey.kid })
  })
})

describe('verifyToken', () => {
  it('takes a token until the second of its end', async () => {
    const token = await signToken(claims, 'at+jwt', key)
    expect(await verify(token, new Date((claims.exp - 1) * 1000))).toEqual(claims)
    expect(await verify(token, new Date(claims.exp * 1000))).toBeUndefined()
  })

  it.each<[string, () => Promise<string> | string]>([
    ['no signature', () => `${part({ alg: 'none', typ: 'at+jwt', kid: publicKey.kid })}.${part(claims)}.`],
    [
      'an HMAC made with the public key',
      () => {
        const input = `${part({ alg: 'HS256', typ: 'at+jwt', kid: publicKey.kid })}.${part(claims)}`
        const secret = createPublicKey(privatePem).export({ type: 'spki', format: 'pem' })
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      },
    ],
    ['another type', () => signToken(claims, 'JWT', key)],
    ['another issuer', () => signToken({ ...claims, iss: 'https://auth.other.eu' }, 'at+jwt', key)],
    ['another audience', () => signToken({ ...claims, aud: 'https://auth.other.eu' }, 'at+jwt', key)],
    [
      'a key that brings itself',
      () => {
        const input = `${part({ alg: 'RS256', typ: 'at+jwt', kid: other.publicKey.kid, jwk: other.publicKey })}.${part(claims)}`
        return `${input}.${Buffer.alloc(256).toString('base64url')}`
      },
    ],
    [
      'another tenant’s key under our kid',
      () => signToken(claims, 'at+jwt', { ...key, signingKey: createPrivateKey(other.privatePem) }),
    ],
    ['a missing claim', () => signToken({ ...claims, sid: undefined }, 'at+jwt', key)],
    ['whitespace in the signature', async () => `${await signToken(claims, 'at+jwt', key)}\n`],
    ['nothing', () => ''],
  ])('refuses %s', async (_because, make) => {
    expect(await verify(await make())).toBeUndefined()
  })
})

describe('a key in the key set', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-verify-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const active = makeSigningKey()
  const serve = async (...keys: TestKey[]) => {
    mountKeys(folder, keys)
    return (await readKeySet(folder)).verifyingKeys
  }

  it('that retires still vouches for what it signed; one that is gone or revoked does not', async () => {
    const token = await signToken(claims, 'at+jwt', key)
    const signer = { publicKey, privatePem }
    expect(await verifyToken(token, await serve(active, signer), issuer, now)).toEqual(claims)
    expect(await verifyToken(token, await serve(active, other), issuer, now)).toBeUndefined()
  })
})
