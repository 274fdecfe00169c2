/**
 * The end of a stopping server's acceptance: nobody has asked for `quietMs`. A proxy that is slow to hear of our end is
 * still answered, though not after `mostMs`: then the rest of the grace period belongs to what is under way.
 */
export async function untilQuiet(options: {
  quietMs: number
  mostMs: number
  /** When the newest request came in, on the clock of `now`. */
  lastRequestAt: () => number
  now: () => number
  sleep: (ms: number) => Promise<unknown>
}): Promise<void> {
  const { quietMs, mostMs, lastRequestAt, now, sleep } = options
  const began = now()
  const latest = began + Math.max(quietMs, mostMs)
  for (;;) {
    const left = Math.min(Math.max(began, lastRequestAt()) + quietMs, latest) - now()
    if (left <= 0) return
    await sleep(left)
  }
}
