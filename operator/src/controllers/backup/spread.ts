import { createHash } from 'node:crypto'

/** Slots lie at least so far apart (a schedule has one minute), so that a run begins before the next slot comes. */
const windowMs = 3_600_000

/**
 * When the run of a slot begins: within the hour after it, by a hash of the tenant, so that a fleet whose schedules are
 * all the same does not begin in one second. Always the same for the same tenant.
 */
export function beginOf(slot: Date, tenantID: string): Date {
  const share = createHash('sha256').update(`backup ${tenantID}`).digest().readUInt32BE(0) / 2 ** 32
  return new Date(slot.getTime() + Math.floor(share * windowMs))
}
