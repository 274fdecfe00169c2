import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  challengeSeconds,
  mintChallenge,
  openChallenge,
  type ChallengeTerms,
} from '../../../runtime/src/domain/challenge.ts'

const terms: ChallengeTerms = {
  purpose: 'authentication',
  context: ['k3x9q7w2ab', 'acme.eu'],
  key: createSecretKey(Buffer.alloc(32, 7)),
  now: 1_700_000_000_000,
}
const end = (Math.floor(terms.now / 1000) + challengeSeconds) * 1000

describe('openChallenge', () => {
  it('opens what mintChallenge made, until the millisecond before its end', () => {
    const challenge = mintChallenge(terms, randomBytes)
    expect(openChallenge(challenge, { ...terms, now: end - 1 })?.expiresAt).toEqual(new Date(end))
    expect(openChallenge(challenge, { ...terms, now: end })).toBeUndefined()
  })

  it('gives the nonce that was random', () => {
    const challenge = mintChallenge(terms, (bytes) => Buffer.alloc(bytes, 5))
    expect(openChallenge(challenge, terms)?.nonce).toEqual(Buffer.alloc(16, 5))
  })

  it.each<[string, Partial<ChallengeTerms>]>([
    ['another purpose', { purpose: 'registration' }],
    ['another tenant', { context: ['other00000', 'acme.eu'] }],
    ['another rpId', { context: ['k3x9q7w2ab', 'acme.com'] }],
    ['a context that only reads the same when joined', { context: ['k3x9q7w2abacme.eu', ''] }],
    ['more context', { context: ['k3x9q7w2ab', 'acme.eu', 'Ada'] }],
    ['another key', { key: createSecretKey(Buffer.alloc(32, 8)) }],
  ])('refuses %s', (_because, change) => {
    const challenge = mintChallenge(terms, randomBytes)
    expect(openChallenge(challenge, { ...terms, ...change })).toBeUndefined()
  })

  it('refuses a challenge with any one bit changed, cut or grown', () => {
    const challenge = mintChallenge(terms, randomBytes)
    for (let bit = 0; bit < challenge.length * 8; bit++) {
      const changed = Buffer.from(challenge)
      changed[bit >> 3] = changed.readUInt8(bit >> 3) ^ (1 << (bit & 7))
      expect(openChallenge(changed, terms)).toBeUndefined()
    }
    expect(openChallenge(challenge.subarray(1), terms)).toBeUndefined()
    expect(openChallenge(Buffer.concat([challenge, Buffer.alloc(1)]), terms)).toBeUndefined()
    expect(openChallenge(Buffer.alloc(0), terms)).toBeUndefined()
  })
})
