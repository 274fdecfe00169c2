import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expiryOf, heldTo, longestDays } from '../../../../operator/src/controllers/backup/expiry.ts'
import { at } from './examples.ts'

const startedAt = at('2026-11-22T02:00')
const dayMs = 86_400_000

describe('expiryOf', () => {
  it.each([
    { because: 'days are of 24 hours', retentionDays: 30, expires: '2026-12-22T02:00' },
    {
      because: 'February is short',
      startedAt: '2027-02-27T02:00',
      retentionDays: 3,
      expires: '2027-03-02T02:00',
    },
    {
      because: 'and longer in leap years',
      startedAt: '2028-02-27T02:00',
      retentionDays: 3,
      expires: '2028-03-01T02:00',
    },
    { because: 'nothing is kept for longer', retentionDays: 400, expires: '2027-02-19T02:00' },
    {
      because: 'the end was asked for 80 days ago, and nine are left',
      retentionDays: 30,
      terminatedAt: '2026-09-03T02:00',
      expires: '2026-12-01T02:00',
    },
    {
      because: 'the end was asked for a moment ago, which cuts nothing',
      retentionDays: 30,
      terminatedAt: '2026-11-22T01:00',
      expires: '2026-12-22T02:00',
    },
  ])('is $expires: $because', ({ retentionDays, expires, terminatedAt, ...more }) => {
    const life = {
      startedAt: more.startedAt === undefined ? startedAt : at(more.startedAt),
      retentionDays,
      terminatedAt: terminatedAt === undefined ? undefined : at(terminatedAt),
    }
    expect(expiryOf(life)).toEqual(at(expires))
  })

  it('is in whole seconds, and never later than the promise', () => {
    const when = fc.date({ min: at('2026-01-01T00:00'), max: at('2036-01-01T00:00'), noInvalidDate: true })
    fc.assert(
      fc.property(
        when,
        fc.integer({ min: 1, max: 89 }),
        fc.nat(200 * dayMs),
        (begun, retentionDays, sooner) => {
          const terminatedAt = new Date(begun.getTime() - sooner)
          const expires = expiryOf({ startedAt: begun, retentionDays, terminatedAt }).getTime()
          expect(expires % 1000).toBe(0)
          expect(expires).toBeLessThanOrEqual(terminatedAt.getTime() + longestDays * dayMs)
          expect(expires).toBeLessThanOrEqual(begun.getTime() + retentionDays * dayMs)
        },
      ),
    )
  })
})

describe('heldTo', () => {
  const storedAt = at('2026-11-22T02:05')
  const plus = (days: number) => new Date(startedAt.getTime() + days * dayMs)
  it.each([
    { because: 'its name says so', expiresAt: plus(30), held: plus(30) },
    {
      because: 'a clock that was ahead named it, and it was stored long before',
      expiresAt: plus(3000),
      held: new Date(storedAt.getTime() + 89 * dayMs),
    },
    {
      because: "the tenant's end came first",
      expiresAt: plus(30),
      terminatedAt: plus(-80),
      held: plus(9),
    },
    {
      because: 'every end after it leaves its own date',
      expiresAt: plus(89),
      terminatedAt: plus(0),
      held: plus(89),
    },
  ])('is $held: $because', ({ expiresAt, held, terminatedAt }) => {
    expect(heldTo({ expiresAt, storedAt, terminatedAt })).toEqual(held)
  })
})
