const dayMs = 86_400_000

/** No copy of a tenant's data outlives its termination by more: the promise is 90 days, the last is for the sweep. */
export const longestDays = 89

interface Life {
  startedAt: Date
  retentionDays: number
  /** When the end of the tenant was asked for. */
  terminatedAt?: Date | undefined
}

/** When a backup is to be gone, in whole seconds as its name has them; told when it begins, and signed. */
export function expiryOf({ startedAt, retentionDays, terminatedAt }: Life): Date {
  const days = Math.min(retentionDays, longestDays)
  const ends = [startedAt.getTime() + days * dayMs]
  if (terminatedAt) ends.push(terminatedAt.getTime() + longestDays * dayMs)
  return new Date(Math.floor(Math.min(...ends) / 1000) * 1000)
}

interface Stored {
  /** As its name says. */
  expiresAt: Date
  /** By the store's clock. */
  storedAt: Date
  terminatedAt?: Date | undefined
}

/**
 * The date that a stored backup is held to. It is never later than its own, and earlier where its own was written by a
 * clock ahead of time, or before the tenant's end was known.
 */
export function heldTo({ expiresAt, storedAt, terminatedAt }: Stored): Date {
  const ends = [expiresAt.getTime(), storedAt.getTime() + longestDays * dayMs]
  if (terminatedAt) ends.push(terminatedAt.getTime() + longestDays * dayMs)
  return new Date(Math.min(...ends))
}
