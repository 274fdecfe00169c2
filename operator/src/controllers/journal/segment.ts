const dayMs = 86_400_000

/**
 * When a segment was made, in whole seconds, and when it is to be gone. No backup that was made before it lies longer, and
 * nothing lies longer than 89 days after the tenant's end.
 */
export function segmentDates(now: Date): { at: Date; expiresAt: Date } {
  const at = new Date(Math.floor(now.getTime() / 1000) * 1000)
  return { at, expiresAt: new Date(at.getTime() + 89 * dayMs) }
}
