/**
 * Waits for the operator to take over a row of the journal. Gives up after `mostMs`, or when the server is about to stop.
 * A question that fails is no answer: the deed itself is done, and whoever waits shall hear so.
 */
export async function untilStored(options: {
  mostMs: number
  everyMs: number
  isStored: () => Promise<boolean>
  hurried: () => boolean
  now: () => number
  sleep: (ms: number) => Promise<unknown>
}): Promise<boolean> {
  const { mostMs, everyMs, isStored, hurried, now, sleep } = options
  const latest = now() + mostMs
  while (!hurried() && now() < latest) {
    await sleep(Math.min(everyMs, latest - now()))
    if (await isStored().catch(() => false)) return true
  }
  return false
}
