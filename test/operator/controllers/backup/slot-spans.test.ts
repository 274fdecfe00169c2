import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type SlotSpan,
  isSettled,
  mostSpans,
  withSlot,
} from '../../../../operator/src/controllers/backup/slot-spans.ts'
import { at, cron } from './examples.ts'

const nightly = cron('0 2 * * *')
const night = (day: number) => new Date(at('2026-01-01T02:00').getTime() + day * 86_400_000)
const span = (from: number, to: number): SlotSpan => ({
  from: night(from).toISOString(),
  to: night(to).toISOString(),
  schedule: '0 2 * * *',
})
const run = (days: number[], now: Date, spans: SlotSpan[] = []) =>
  days.reduce((all, day) => withSlot(all, night(day), { cron: nightly, now }), spans)

describe('withSlot', () => {
  it.each([
    { days: [0], spans: [span(0, 0)], because: 'one slot is a span' },
    { days: [0, 1, 2], spans: [span(0, 2)], because: 'one after the other is one span' },
    { days: [0, 1, 5], spans: [span(0, 1), span(5, 5)], because: 'three nights were missed' },
    { days: [0, 2, 1], spans: [span(0, 2)], because: 'the one between joins both' },
    { days: [3, 3], spans: [span(3, 3)], because: 'once more changes nothing' },
    { days: [0, 40, 1], spans: [span(0, 1), span(40, 40)], because: 'a clock ahead joins nothing' },
  ])('makes $spans of $days: $because', ({ days, spans }) => {
    expect(run(days, night(100))).toEqual(spans)
  })

  it('leaves what another schedule ran apart: its slots are others', () => {
    const noon = { ...span(0, 0), schedule: '0 12 * * *' }
    expect(withSlot([noon], night(1), { cron: nightly, now: night(2) })).toEqual([noon, span(1, 1)])
  })

  const every3 = Array.from({ length: mostSpans + 1 }, (_, index) => 3 * index)
  const alone = (days: number[]) => days.map((day) => span(day, day))

  it('has room for all: the two that lie nearest to each other become one', () => {
    expect(run([...every3, 3 * mostSpans + 2], night(200))).toEqual([
      span(0, 3),
      ...alone(every3.slice(2, -1)),
      span(3 * mostSpans, 3 * mostSpans + 2),
    ])
  })

  it('joins what lies ahead of the clock, and never what was run with what lies ahead', () => {
    const [present, next, third, ...ahead] = every3
    expect(run(every3.toReversed(), night(present!))).toEqual([
      span(present!, present!),
      span(next!, third!),
      ...alone(ahead),
    ])
  })

  it('joins spans of two schedules only where both are over', () => {
    const others = every3.slice(1).map((day) => ({ ...span(day, day), schedule: `${day / 3} 2 * * *` }))
    const now = night(3 * mostSpans + 3)
    expect(withSlot(others, now, { cron: nightly, now })[0]).toEqual({ ...span(3, 6), schedule: undefined })
  })
})

describe('isSettled', () => {
  const spans = [span(0, 3), span(10, 12)]
  it.each([
    { slot: 2, now: 3, settled: true, because: 'it was run' },
    { slot: 4, now: 4, settled: false, because: 'nothing was run since' },
    { slot: 6, now: 10, settled: true, because: 'a later one was run' },
    { slot: 6, now: 9, settled: false, because: 'the later one lies ahead: a clock was wrong' },
    { slot: 11, now: 11, settled: true, because: 'it was run, although by a clock that was wrong' },
    { slot: 13, now: 13, settled: false, because: 'nothing was run since' },
  ])('is $settled of night $slot in night $now: $because', ({ slot, now, settled }) => {
    expect(isSettled(spans, night(slot), night(now))).toBe(settled)
  })

  it('is true of what a clock ahead ran, and false between, where the schedule was changed since', () => {
    // The slots of a first of July and of the next one follow each other: none was missed between.
    const yearly = cron('0 2 1 7 *')
    const [july, next] = [at('2026-07-01T02:00'), at('2027-07-01T02:00')]
    const ahead = withSlot(withSlot([], july, { cron: yearly, now: july }), next, { cron: yearly, now: next })
    expect(ahead).toEqual([{ from: july.toISOString(), to: next.toISOString(), schedule: yearly.schedule }])
    const night = at('2026-11-22T02:00')
    expect(isSettled(ahead, night, night)).toBe(false)
    expect(isSettled(ahead, july, night)).toBe(true)
    expect(isSettled(ahead, next, next)).toBe(true)
  })

  it('is true up to its end of a span whose schedule is not known any more', () => {
    const joined = { from: night(0).toISOString(), to: night(9).toISOString() }
    expect(isSettled([joined], night(5), night(5))).toBe(true)
  })

  it('stays true of every slot that was run, wherever the clock is set to, as long as there is room', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: mostSpans })
    fc.assert(
      fc.property(days, fc.nat(3000), (ran, today) => {
        const spans = run(ran, night(today))
        for (const day of ran) expect(isSettled(spans, night(day), night(day))).toBe(true)
      }),
    )
  })

  it('is false of a slot after all that were run until now, however many were run ahead', () => {
    const days = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 100 })
    fc.assert(
      fc.property(days, (ran) => {
        const now = night(30)
        const spans = run([...ran.filter((day) => day > 30), 29], now)
        expect(isSettled(spans, night(30), now)).toBe(false)
      }),
    )
  })
})
