import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  nextSweep,
  sweepEveryMs,
  sweepSlot,
} from '../../../../../operator/src/controllers/backup/sweep/slot.ts'

const moment = fc.integer({ min: 0, max: 4_102_444_800_000 }).map((ms) => new Date(ms))

describe('sweepSlot', () => {
  it('is the one that has begun, and the next begins where it ends', () => {
    fc.assert(
      fc.property(fc.string(), moment, (className, now) => {
        const slot = sweepSlot(className, now)
        const next = nextSweep(className, now)
        expect(slot <= now && now < next).toBe(true)
        expect(next.getTime() - slot.getTime()).toBe(sweepEveryMs)
        expect(sweepSlot(className, slot)).toEqual(slot)
        expect(sweepSlot(className, new Date(next.getTime() - 1))).toEqual(slot)
        expect(slot.getUTCMilliseconds()).toBe(0)
      }),
    )
  })

  it('spreads classes over the hour', () => {
    const now = new Date('2026-11-22T12:00:00Z')
    const minutes = Array.from({ length: 60 }, (_, at) => sweepSlot(`class-${at}`, now).getUTCMinutes())
    expect(new Set(minutes).size).toBeGreaterThan(30)
  })
})
