import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digest } from '../../../runtime/src/domain/digest.ts'
import {
  absoluteEnd,
  freshSeconds,
  isFresh,
  lastSeenGranularity,
  mintSecret,
  secretHash,
  shouldTouch,
  signedInSince,
  slidingEnd,
  usedSince,
} from '../../../runtime/src/domain/session.ts'

const now = new Date('2026-11-22T12:00:00Z')
const limits = { sessionDays: 30, refreshTokenDays: 7 }

describe('mintSecret', () => {
  it('gives 256 random bits and keeps only their hash', () => {
    const { secret, hash } = mintSecret(randomBytes)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(hash).toEqual(digest(secret))
    expect(hash.toString('latin1')).not.toContain(secret)
  })
})

describe('secretHash', () => {
  it('hashes what can be a secret of ours, and asks nobody about the rest', () => {
    const { secret, hash } = mintSecret(randomBytes)
    expect(secretHash(secret)).toEqual(hash)
    for (const wrong of ['', secret.slice(1), `${secret}A`, `${secret} `, `\u0000${secret.slice(1)}`]) {
      expect(secretHash(wrong)).toBeUndefined()
    }
  })
})

describe('slidingEnd', () => {
  it('counts from the last use', () => {
    expect(slidingEnd(now, limits, absoluteEnd(now, limits))).toEqual(new Date('2026-11-29T12:00:00Z'))
  })
  it('is never after the session', () => {
    const sessionEnd = new Date('2026-11-23T00:00:00Z')
    expect(slidingEnd(now, limits, sessionEnd)).toEqual(sessionEnd)
  })
})

describe('absoluteEnd', () => {
  it('counts from sign-in', () => {
    expect(absoluteEnd(now, limits)).toEqual(new Date('2026-12-22T12:00:00Z'))
  })
})

describe('usedSince', () => {
  it('is as long ago as a refresh token lives', () => {
    expect(usedSince(now, limits)).toEqual(new Date('2026-11-15T12:00:00Z'))
  })
})

describe('signedInSince', () => {
  const later = new Date('2026-11-22T12:00:10Z')
  it.each<[string, Date | undefined, Date, Date]>([
    ['no session was ended', undefined, now, new Date(0)],
    ['we heard of it later', now, later, now],
    ['its clock is ahead of ours', later, now, now],
  ])('where %s', (_because, sessionsNotBefore, heardAt, since) => {
    expect(signedInSince(sessionsNotBefore, heardAt)).toEqual(since)
  })
})

describe('shouldTouch', () => {
  it('waits an hour between two writes', () => {
    const at = (age: number) => shouldTouch(new Date(now.getTime() - age), now)
    expect(at(lastSeenGranularity - 1)).toBe(false)
    expect(at(lastSeenGranularity)).toBe(true)
  })
})

describe('isFresh', () => {
  it.each([
    { age: freshSeconds * 1000, fresh: true, because: 'five minutes are five minutes' },
    { age: freshSeconds * 1000 + 1, fresh: false, because: 'and not more' },
    { age: -2_000, fresh: true, because: 'the clock of another replica may be ahead' },
  ])('of a sign-in $age ms ago is $fresh: $because', ({ age, fresh }) => {
    expect(isFresh(new Date(now.getTime() - age), now)).toBe(fresh)
  })
})
