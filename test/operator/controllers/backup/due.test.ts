import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ScheduleLook, dueSlot, nextRunAt } from '../../../../operator/src/controllers/backup/due.ts'
import { type SlotSpan, withSlot } from '../../../../operator/src/controllers/backup/slot-spans.ts'
import { beginOf } from '../../../../operator/src/controllers/backup/spread.ts'
import { at, cron, tenantID } from './examples.ts'

const nightly = cron('0 2 * * *')
const ran = (from: string, to = from): SlotSpan => ({
  from: at(from).toISOString(),
  to: at(to).toISOString(),
  schedule: '0 2 * * *',
})
const look = (now: Date, more: Partial<ScheduleLook> = {}): ScheduleLook => ({
  ...{ tenantID, cron: nightly, since: at('2020-01-01T00:00'), slots: [], now },
  ...more,
})
const begin = (slot: string) => beginOf(at(slot), tenantID)
const before = (moment: Date) => new Date(moment.getTime() - 1)

describe('dueSlot', () => {
  it.each([
    {
      because: 'its begin has come',
      now: begin('2026-11-22T02:00'),
      slots: [ran('2026-11-21T02:00')],
      due: at('2026-11-22T02:00'),
    },
    {
      because: 'its begin has not come, and the one before was run',
      now: before(begin('2026-11-22T02:00')),
      slots: [ran('2026-11-21T02:00')],
      due: undefined,
    },
    {
      because: 'its begin has not come, and the one before was missed',
      now: before(begin('2026-11-22T02:00')),
      slots: [ran('2026-11-20T02:00')],
      due: at('2026-11-21T02:00'),
    },
    { because: 'it was run', now: at('2026-11-22T04:00'), slots: [ran('2026-11-22T02:00')], due: undefined },
    {
      because: 'of a hundred that were missed the newest is made up',
      now: at('2026-11-22T04:00'),
      slots: [ran('2026-08-14T02:00')],
      due: at('2026-11-22T02:00'),
    },
    {
      because: 'the tenant came after the slot',
      now: at('2026-11-22T04:00'),
      since: at('2026-11-22T02:00'),
      due: undefined,
    },
    {
      because: 'the tenant was there, and had no schedule yet',
      now: at('2026-11-22T04:00'),
      due: at('2026-11-22T02:00'),
    },
    {
      because: 'the clock was ahead when the tenant came',
      now: at('2026-11-22T04:00'),
      since: at('2027-03-01T00:00'),
      due: at('2026-11-22T02:00'),
    },
    {
      because: 'the clock was set back, and the slot was run before',
      now: at('2026-10-05T04:00'),
      slots: [ran('2026-01-02T02:00', '2026-11-22T02:00')],
      due: undefined,
    },
    {
      because: 'the clock was ahead, and what was run then says nothing of tonight',
      now: at('2026-11-22T04:00'),
      slots: [ran('2026-01-02T02:00', '2026-11-21T02:00'), ran('2036-01-01T02:00')],
      due: at('2026-11-22T02:00'),
    },
    {
      because: 'another schedule ran after the slot',
      now: at('2026-11-22T14:00'),
      slots: [{ ...ran('2026-11-22T12:00'), schedule: '0 12 * * *' }],
      due: undefined,
    },
  ])('is $due: $because', ({ now, slots = [], since = at('2026-01-01T00:00'), due }) => {
    expect(dueSlot(look(now, { slots, since }))).toEqual(due)
  })

  const schedules = ['0 2 * * *', '30 * * * *', '0 */6 * * *', '0 2 * * 0', '0 2 1 * *']
  const hours = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -1000, max: 1000 }))
  const looks = fc.array(fc.record({ hours, schedule: fc.constantFrom(...schedules) }), { maxLength: 30 })
  it('gives the newest slot where none was run since, wherever the clock is set to and whatever the schedule is', () => {
    fc.assert(
      fc.property(looks, (all) => {
        let now = at('2026-11-22T00:00')
        let slots: SlotSpan[] = []
        const run: number[] = []
        for (const { hours: jump, schedule } of all) {
          now = new Date(now.getTime() + jump * 3_600_000)
          const read = cron(schedule)
          const newest = dueSlot(look(now, { cron: read }))!.getTime()
          const isSettled = run.some((slot) => slot >= newest && slot <= now.getTime())
          const due = dueSlot(look(now, { cron: read, slots }))
          expect(due?.getTime()).toBe(isSettled ? undefined : newest)
          if (!due) continue
          run.push(due.getTime())
          slots = withSlot(slots, due, { cron: read, now })
        }
        expect(new Set(run).size).toBe(run.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('nextRunAt', () => {
  it.each([
    { because: 'one is due', slots: [], next: at('2026-11-22T04:00') },
    { because: 'the last was run', slots: [ran('2026-11-22T02:00')], next: begin('2026-11-23T02:00') },
    {
      because: 'a clock that was ahead has run some',
      slots: [
        ran('2026-11-22T02:00', '2026-11-25T02:00'),
        { ...ran('2026-11-26T12:00'), schedule: '0 12 * * *' },
      ],
      next: begin('2026-11-26T02:00'),
    },
  ])('is $next when $because', ({ slots, next }) => {
    expect(nextRunAt(look(at('2026-11-22T04:00'), { slots }))).toEqual(next)
  })

  it('is where dueSlot gives the next one, and not a moment sooner', () => {
    const slots = [ran('2026-11-22T02:00', '2026-12-24T02:00')]
    const next = nextRunAt(look(at('2026-11-22T04:00'), { slots }))
    expect(dueSlot(look(before(next), { slots }))).toBeUndefined()
    expect(dueSlot(look(next, { slots }))).toEqual(at('2026-12-25T02:00'))
  })

  it('passes over what was run for years ahead', () => {
    const slots = [ran('2026-11-22T02:00', '2036-11-22T02:00')]
    expect(nextRunAt(look(at('2026-11-22T04:00'), { slots }))).toEqual(begin('2036-11-23T02:00'))
  })

  it('waits for the first slot after the tenant came', () => {
    const since = at('2026-11-22T03:00')
    expect(nextRunAt(look(at('2026-11-22T04:00'), { since }))).toEqual(begin('2026-11-23T02:00'))
  })
})
