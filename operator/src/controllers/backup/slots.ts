import { type Cron } from './cron.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Days of UTC are all of one length: no zone, no change of the clocks. */
const dayMs = 24 * hourMs
/** 29 February stays away for eight years around a century that is no leap year. */
const mostDays = 8 * 366 + 1

/** The first slot after a moment. */
export function nextSlot(cron: Cron, after: Date): Date {
  for (const day of days(after, 1)) {
    const slot = slotsOn(cron, day).find((each) => each > after.getTime())
    if (slot !== undefined) return new Date(slot)
  }
  throw new RangeError('This schedule has no slot: parseCron refuses such.')
}

/** The last slot at a moment or before it. */
export function lastSlot(cron: Cron, at: Date): Date {
  for (const day of days(at, -1)) {
    const slot = slotsOn(cron, day).findLast((each) => each <= at.getTime())
    if (slot !== undefined) return new Date(slot)
  }
  throw new RangeError('This schedule has no slot: parseCron refuses such.')
}

/** The slot before a slot. */
export const slotBefore = (cron: Cron, slot: Date): Date => lastSlot(cron, new Date(slot.getTime() - 1))

/** Midnights, from that of the moment on. */
function* days(from: Date, direction: 1 | -1): Generator<number> {
  const midnight = Math.floor(from.getTime() / dayMs) * dayMs
  for (let count = 0; count <= mostDays; count += 1) yield midnight + direction * count * dayMs
}

function slotsOn(cron: Cron, midnight: number): number[] {
  const day = new Date(midnight)
  const runs =
    cron.months.has(day.getUTCMonth() + 1) &&
    cron.days.has(day.getUTCDate()) &&
    cron.weekdays.has(day.getUTCDay())
  return runs ? cron.hours.map((hour) => midnight + hour * hourMs + cron.minute * minuteMs) : []
}
