const minuteMs = 60_000

/** How long to wait after each failure. After one more the run has failed for good, and the next slot is awaited. */
const waitsMs = [5 * minuteMs, 30 * minuteMs]

/**
 * When a run whose attempts failed is tried again; `undefined` once it has failed for good. Every attempt has a
 * sequence number of its own, so that it never writes over what one before it left.
 */
export function nextAttemptAt(failures: number, failedAt: Date): Date | undefined {
  const wait = waitsMs[failures - 1]
  return wait === undefined ? undefined : new Date(failedAt.getTime() + wait)
}
