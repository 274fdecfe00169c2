import { createHash } from 'node:crypto'

/** Nothing is to be older than its date by a day: a look may fail, or be cut short, and the next ones are in time. */
export const sweepEveryMs = 3_600_000

/**
 * The slot that a class's store is swept in now: its begin. Slots follow each other; by a hash of the class, so that
 * not all stores are swept in one second. Always the same for the same class.
 */
export function sweepSlot(className: string, now: Date): Date {
  const share = createHash('sha256').update(`sweep ${className}`).digest().readUInt32BE(0) / 2 ** 32
  const begin = Math.floor((share * sweepEveryMs) / 1000) * 1000
  return new Date(Math.floor((now.getTime() - begin) / sweepEveryMs) * sweepEveryMs + begin)
}

/** When the next slot begins. */
export const nextSweep = (className: string, now: Date): Date =>
  new Date(sweepSlot(className, now).getTime() + sweepEveryMs)
