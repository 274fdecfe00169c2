import { describe, expect, it } from 'vitest'
import { setDates, whyWrite } from '../../../../operator/src/controllers/recovery/decide.ts'
import { type RecoveryRecord } from '../../../../operator/src/controllers/recovery/record.ts'

const at = new Date('2026-01-01T00:00:00Z')
const record: RecoveryRecord = {
  ...{ number: 1, object: 'set', core: 'c', journal: 'j' },
  at: at.toISOString(),
  expiresAt: setDates(at).expiresAt.toISOString(),
}
const same = { core: 'c', journal: 'j' }
const hours = (count: number) => new Date(at.getTime() + count * 3_600_000)

describe('whyWrite', () => {
  it.each([
    { was: undefined, now: same, after: 0, there: undefined, why: 'there is none' },
    { was: record, now: same, after: 1, there: true, why: undefined },
    { was: record, now: same, after: 1, there: undefined, why: undefined },
    { was: record, now: { ...same, core: 'd' }, after: 0, there: true, why: 'what it is for has changed' },
    { was: record, now: { ...same, journal: 'k' }, after: 23, there: true, why: undefined },
    { was: record, now: { ...same, journal: 'k' }, after: 24, there: true, why: 'the journal has grown' },
    { was: record, now: same, after: 30 * 24, there: true, why: undefined },
    { was: record, now: same, after: 30 * 24 + 1, there: true, why: 'its date comes near' },
    { was: record, now: same, after: 1, there: false, why: 'it is gone from the store' },
    { was: record, now: same, after: 7 * 24 - 1, there: 'unknown' as const, why: undefined },
    {
      ...{ was: record, now: same, after: 7 * 24, there: 'unknown' as const },
      why: 'nobody can see whether it still lies there',
    },
    // A clock that was set back is no reason to let a journal wait.
    { was: record, now: { ...same, journal: 'k' }, after: -24, there: true, why: 'the journal has grown' },
  ])('says "$why" after $after h, there: $there', ({ was, now, after, there, why }) => {
    expect(whyWrite(was, now, { at: hours(after), there })).toBe(why)
  })
})

describe('setDates', () => {
  it('is in whole seconds, and shorter than any copy may outlive its tenant', () => {
    expect(setDates(new Date('2026-01-01T00:00:00.999Z'))).toEqual({
      at,
      expiresAt: new Date('2026-03-02T00:00:00Z'),
    })
  })
})
