import { describe, expect, it } from 'vitest'
import { createPrivateKey } from 'node:crypto'
import { signToken } from '../../../runtime/src/keys/sign-token.ts'
import { Random } from './random.ts'
import { RsaPool } from './rsa-pool.ts'
import { verify } from './verify.ts'

const pool = new RsaPool(new Random('verify'), 3)
const [old, fresh] = [pool.key(0), pool.key(1)]
const now = Date.UTC(2026, 0, 1)
const second = 1000
const jwks = (...keys: (typeof old)[]) =>
  Buffer.from(JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey) }))
const token = () =>
  signToken({ iat: now / 1000, exp: now / 1000 + 60 }, 'at+jwt', {
    activeKid: fresh.publicKey.kid,
    signingKey: createPrivateKey(fresh.privatePem),
  })
/** A pod that shows the fresh key from a moment on. */
const from = (moment: number) => (asked: number) => (asked < moment ? jwks(old) : jwks(old, fresh))

describe('verify', () => {
  it.each([
    { verifier: 'max-age', verdict: 'unknown kid', because: 'it asks no sooner than it must' },
    { verifier: 'one hour', verdict: 'unknown kid', because: 'it asks no sooner than it must' },
    { verifier: 'jose', verdict: 'accepted', because: 'jose asks anew for an unknown kid' },
  ] as const)('$verifier, with a JWKS from before the key: $because', async ({ verifier, verdict }) => {
    const about = { verifier, token: await token(), at: now, fetchedAt: now - 100 * second }
    expect(await verify({ ...about, jwksAt: from(now - 50 * second) })).toBe(verdict)
    expect(await verify({ ...about, jwksAt: from(now - 200 * second) })).toBe('accepted')
  })

  it('does as jose does while it cools down: it asks nobody', async () => {
    const about = { verifier: 'jose', token: await token(), at: now, fetchedAt: now - 29 * second } as const
    expect(await verify({ ...about, jwksAt: from(now - 10 * second) })).toBe('unknown kid')
  })

  it('takes no other fault for an unknown kid', async () => {
    const about = { verifier: 'max-age', token: await token(), fetchedAt: now } as const
    await expect(verify({ ...about, at: now + 100 * second, jwksAt: from(0) })).rejects.toThrow('exp')
  })
})
