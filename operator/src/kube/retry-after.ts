/** Longest wait that a server may ask for within one call, in milliseconds. */
export const longestRetryAfterMs = 30_000

/**
 * `Retry-After` (RFC 9110, 10.2.3) in milliseconds: delay-seconds or an HTTP-date, at most `longestRetryAfterMs`.
 * A header that is missing or unreadable counts as one second.
 */
export function retryAfterMs(header: string | undefined, now: number): number {
  const text = header?.trim() ?? ''
  const wanted = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  if (Number.isNaN(wanted)) return 1000
  return Math.min(Math.max(wanted, 0), longestRetryAfterMs)
}
