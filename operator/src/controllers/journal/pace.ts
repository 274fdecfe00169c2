/** Databases that are entered in a second, of a fleet in which all are written to all the time. */
const visitsPerSecond = 20
const leastMs = 2_000
/** Whoever was erased has it confirmed within a minute, however large the fleet. */
const mostMs = 60_000

/** How long a tenant that is written to is left alone after a look. One that was at rest is looked at in the same moment. */
export const restMs = (tenants: number): number =>
  Math.min(mostMs, Math.max(leastMs, (tenants * 1000) / visitsPerSecond))
