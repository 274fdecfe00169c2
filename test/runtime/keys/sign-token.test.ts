import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { signToken } from '../../../runtime/src/keys/sign-token.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = { activeKid: 'tM6jIhJeU7qfQjPXCo9J4q6oZ5dqXWkYAgGRXGhbP2c', signingKey: privateKey }

/** RS256 is deterministic: the same claims under the same key are the same bytes. */
const theirs = (claims: Record<string, unknown>) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.activeKid }).sign(privateKey)

describe('signToken', () => {
  it('makes byte for byte what jose makes, whatever the claims say', async () => {
    const claims = fc.record({
      iss: fc.webUrl(),
      sub: fc.uuid(),
      iat: fc.nat(),
      name: fc.string({ unit: 'grapheme' }),
      amr: fc.array(fc.string(), { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(claims, async (said) => {
        expect(await signToken(said, 'at+jwt', key)).toBe(await theirs(said))
      }),
      { numRuns: 40 },
    )
  })

  it('fails rather than sign with a key that cannot', async () => {
    await expect(signToken({}, 'at+jwt', { ...key, signingKey: publicKey })).rejects.toThrow()
  })
})
