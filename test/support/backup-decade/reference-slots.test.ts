import { describe, expect, it } from 'vitest'
import { newestSlot, slotAfter } from './reference-slots.ts'

const at = (text: string) => Date.parse(`${text}:00Z`)

describe('newestSlot', () => {
  it.each([
    { schedule: '0 2 * * *', moment: '2027-03-28T02:00', slot: '2027-03-28T02:00' },
    { schedule: '0 2 * * *', moment: '2027-03-28T01:59', slot: '2027-03-27T02:00' },
    { schedule: '0 3 * * 0', moment: '2027-01-05T00:00', slot: '2027-01-03T03:00' },
    { schedule: '59 23 28-31 * *', moment: '2027-03-02T00:00', slot: '2027-02-28T23:59' },
    { schedule: '45 0 29 2,3 *', moment: '2028-03-01T00:00', slot: '2028-02-29T00:45' },
    { schedule: '30 */6 * * *', moment: '2027-01-01T05:00', slot: '2027-01-01T00:30' },
  ])('of $schedule at $moment is $slot', ({ schedule, moment, slot }) => {
    expect(newestSlot(schedule, at(moment))).toBe(at(slot))
  })
})

describe('slotAfter', () => {
  it('is later, and the next one', () => {
    expect(slotAfter('0 2 * * *', at('2027-12-31T02:00'))).toBe(at('2028-01-01T02:00'))
    expect(slotAfter('5 1 * * 1-5', at('2027-01-01T01:05'))).toBe(at('2027-01-04T01:05'))
  })
})
