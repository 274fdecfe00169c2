import { describe, expect, it } from 'vitest'
import { beginOf } from '../../../../operator/src/controllers/backup/spread.ts'
import { at } from './examples.ts'

const slot = at('2026-11-22T02:00')
const minutesAfter = (tenantID: string) => (beginOf(slot, tenantID).getTime() - slot.getTime()) / 60_000

describe('beginOf', () => {
  const fleet = Array.from({ length: 600 }, (_, index) => `tenant${index}`)

  it('lies within the hour after the slot, and never at the next one', () => {
    for (const tenantID of fleet) {
      expect(minutesAfter(tenantID)).toBeGreaterThanOrEqual(0)
      expect(minutesAfter(tenantID)).toBeLessThan(60)
    }
  })

  it('spreads a fleet: no minute has more than its share four times over', () => {
    const perMinute = Map.groupBy(fleet, (tenantID) => Math.floor(minutesAfter(tenantID)))
    expect(Math.max(...[...perMinute.values()].map(({ length }) => length))).toBeLessThanOrEqual(40)
  })

  it('is the same for a tenant at every slot', () => {
    const later = at('2031-02-28T05:00')
    for (const tenantID of fleet.slice(0, 20))
      expect(beginOf(later, tenantID).getTime() - later.getTime()).toBe(minutesAfter(tenantID) * 60_000)
  })
})
