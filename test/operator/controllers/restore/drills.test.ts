import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DrillLook,
  dueDrill,
  nextDrillAt,
  scheduledDrillName,
} from '../../../../operator/src/controllers/restore/drills.ts'

const tenantID = 'k3x9q7w2ab'
const dayMs = 86_400_000
const hourMs = 3_600_000
const at = (text: string) => new Date(`${text}:00.000Z`)
const look = (change: Partial<DrillLook> = {}): DrillLook => ({
  ...{ tenantID, everyDays: 30, newestAt: at('2026-03-01T02:00'), drill: undefined },
  now: at('2026-03-01T12:00'),
  ...change,
})
const drill = (began: string, failures = 0) => ({ at: at(began).toISOString(), failures })

describe('dueDrill', () => {
  it('is due within the hour after the first backup', () => {
    expect(dueDrill(look({ now: at('2026-03-01T03:01') }))).toBeDefined()
    expect(dueDrill(look({ now: at('2026-03-01T01:59') }))).toBeUndefined()
  })

  it.each([
    { change: { everyDays: 0 }, because: 'nobody wants one' },
    { change: { newestAt: undefined }, because: 'there is nothing to try' },
    { change: { drill: drill('2026-03-01T11:00') }, because: 'one has just been' },
  ])('is not due where $because', ({ change }) => {
    expect(dueDrill(look(change))).toBeUndefined()
  })

  it.each([
    { failures: 1, hours: 1 },
    { failures: 2, hours: 4 },
    { failures: 3, hours: 12 },
    { failures: 4, hours: 24 },
    { failures: 40, hours: 24 },
  ])('is due $hours hours after the failure that was number $failures', ({ failures, hours }) => {
    const failed = drill('2026-03-02T10:00', failures)
    const then = at('2026-03-02T10:00').getTime() + hours * hourMs
    expect(dueDrill(look({ drill: failed, now: new Date(then - 60_000) }))).toBeUndefined()
    expect(dueDrill(look({ drill: failed, now: new Date(then) }))).toBeDefined()
  })

  it('makes up any number of missed slots once', () => {
    const before = look({ drill: drill('2026-03-01T11:00'), now: at('2027-03-01T11:00') })
    const slot = dueDrill(before)!
    const after = { ...drill('2027-03-01T11:00'), slot: slot.toISOString() }
    expect(dueDrill({ ...before, drill: after })).toBeUndefined()
    expect(before.now.getTime() - slot.getTime()).toBeLessThan(30 * dayMs)
  })

  it('does not run a slot twice where the clock is set back, and does not wait for one that was ahead', () => {
    const ahead = drill('2031-01-01T00:00')
    const slot = dueDrill(look({ drill: ahead }))!
    expect(slot).toBeDefined()
    expect(dueDrill(look({ drill: { ...ahead, slot: slot.toISOString() } }))).toBeUndefined()
  })

  it('comes once in every period, whatever the tenant, for years', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9]{9}$/),
        fc.integer({ min: 1, max: 365 }),
        (id, everyDays) => {
          let last: DrillLook['drill']
          const began: number[] = []
          const start = at('2026-01-01T00:00').getTime()
          const newestAt = new Date(start)
          for (let now = start; now < start + 6 * everyDays * dayMs; now += 6 * hourMs) {
            const seen = { tenantID: id, everyDays, newestAt, drill: last, now: new Date(now) }
            const slot = dueDrill(seen)
            if (!slot) continue
            last = { slot: slot.toISOString(), at: new Date(now).toISOString(), failures: 0 }
            began.push(now)
          }
          const gaps = began.slice(1).map((now, index) => now - began[index]!)
          expect(Math.max(...gaps)).toBeLessThanOrEqual(everyDays * dayMs + 6 * hourMs)
          expect(began.length).toBeLessThanOrEqual(8)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('spreads a fleet over the period', () => {
    const firstSlots = Array.from({ length: 300 }, (_, index) => {
      const id = `t${String(index).padStart(9, '0')}`
      return dueDrill(look({ tenantID: id, drill: drill('2026-01-01T00:00') }))!.getTime()
    })
    const days = new Set(firstSlots.map((slot) => Math.floor(slot / dayMs)))
    expect(days.size).toBeGreaterThan(25)
  })
})

describe('nextDrillAt', () => {
  it('is now where one is due, and the slot after that where one is not', () => {
    expect(nextDrillAt(look())).toEqual(look().now)
    const done = look({ drill: drill('2026-03-01T11:00') })
    const next = nextDrillAt(done)!
    expect(next > done.now).toBe(true)
    expect(dueDrill({ ...done, now: next })).toEqual(next)
    expect(nextDrillAt(look({ everyDays: 0 }))).toBeUndefined()
  })
})

describe('scheduledDrillName', () => {
  it('follows from tenant and slot alone', () => {
    expect(scheduledDrillName(tenantID, at('2026-03-01T02:10'))).toBe('k3x9q7w2ab-drill-202603010210')
  })
})
