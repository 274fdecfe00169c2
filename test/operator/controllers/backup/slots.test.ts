import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastSlot, nextSlot, slotBefore } from '../../../../operator/src/controllers/backup/slots.ts'
import { at, cron } from './examples.ts'

describe('nextSlot', () => {
  it.each([
    { schedule: '0 2 * * *', after: '2026-11-22T01:59', next: '2026-11-22T02:00', because: 'it is tonight' },
    {
      schedule: '0 2 * * *',
      after: '2026-11-22T02:00',
      next: '2026-11-23T02:00',
      because: 'a slot is not its own next',
    },
    { schedule: '0 2 * * *', after: '2026-12-31T02:00', next: '2027-01-01T02:00', because: 'years end' },
    {
      schedule: '59 23 31 * *',
      after: '2026-03-31T23:59',
      next: '2026-05-31T23:59',
      because: 'April has no 31st',
    },
    {
      schedule: '0 2 29 2 *',
      after: '2026-03-01T00:00',
      next: '2028-02-29T02:00',
      because: 'leap days are rare',
    },
    {
      schedule: '0 2 29 2 *',
      after: '2096-02-29T02:00',
      next: '2104-02-29T02:00',
      because: '2100 is no leap year',
    },
    { schedule: '0 2 * * 0', after: '2026-11-20T00:00', next: '2026-11-22T02:00', because: 'it is a Sunday' },
    {
      schedule: '30 2 * * *',
      after: '2027-03-27T23:00',
      next: '2027-03-28T02:30',
      because: 'UTC skips no hour in spring',
    },
    {
      schedule: '30 * * * *',
      after: '2026-10-25T00:30',
      next: '2026-10-25T01:30',
      because: 'nor has it one twice in autumn',
    },
  ])('of $schedule after $after is $next: $because', ({ schedule, after, next }) => {
    expect(nextSlot(cron(schedule), at(after))).toEqual(at(next))
  })
})

describe('lastSlot', () => {
  it.each([
    {
      schedule: '0 2 * * *',
      moment: '2026-11-22T02:00',
      last: '2026-11-22T02:00',
      because: 'it comes with its minute',
    },
    { schedule: '0 2 * * *', moment: '2026-11-22T01:59', last: '2026-11-21T02:00', because: 'not before' },
    {
      schedule: '0 2 29 2 *',
      moment: '2104-02-29T01:59',
      last: '2096-02-29T02:00',
      because: '2100 is no leap year',
    },
  ])('of $schedule at $moment is $last: $because', ({ schedule, moment, last }) => {
    expect(lastSlot(cron(schedule), at(moment))).toEqual(at(last))
  })

  const schedules = [
    '0 2 * * *',
    '7 */5 * * *',
    '0 0 31 * *',
    '0 12 29 2 *',
    '15 3 * * 1-5',
    '0 6,18 1 1,7 *',
  ]
  const moment = fc.date({ min: at('2020-01-01T00:00'), max: at('2110-01-01T00:00'), noInvalidDate: true })
  it('and nextSlot agree: nothing lies between, and each leads back to the other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schedules), moment, (schedule, now) => {
        const read = cron(schedule)
        const [last, next] = [lastSlot(read, now), nextSlot(read, now)]
        expect(last.getTime()).toBeLessThanOrEqual(now.getTime())
        expect(next.getTime()).toBeGreaterThan(now.getTime())
        expect(nextSlot(read, last)).toEqual(next)
        expect(slotBefore(read, next)).toEqual(last)
      }),
    )
  })
})
