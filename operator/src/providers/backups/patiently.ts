import { StoreUnavailable } from './errors.ts'
import { type Outside } from './outside.ts'

export interface Patience {
  outside: Outside
  /** For how long a thing that fails for a passing reason is tried again. */
  patienceMs: number
}

const leastMs = 200
const mostMs = 15_000

/** How long to rest after the n-th failure in a row (from 1): doubles, and is spread by half of itself. */
export function restMs(failures: number, random: () => number): number {
  return Math.min(mostMs, leastMs * 2 ** Math.min(failures - 1, 20)) * (1 - random() / 2)
}

/** Waits; an aborted signal ends it with the signal's own reason. */
export async function rest(outside: Outside, ms: number, signal?: AbortSignal): Promise<void> {
  await outside.sleep(ms, signal).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw cause
  })
}

/**
 * Does it until it succeeds, fails for good, or patience is over; `attempt` throws our own errors, of which only
 * `StoreUnavailable` is tried again. An aborted signal ends it at once with the signal's reason.
 */
export async function patiently<T>(
  { outside, patienceMs }: Patience,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const began = outside.monotonic()
  for (let failures = 1; ; failures += 1) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof StoreUnavailable)) throw error
      const wait = restMs(failures, outside.random)
      const passed = outside.monotonic() - began
      if (passed + wait > patienceMs) throw tired(error, failures, passed)
      await rest(outside, wait, signal)
    }
  }
}

function tired(error: StoreUnavailable, tries: number, passedMs: number) {
  if (tries === 1) return error
  const tried = `Tried ${tries} times in ${Math.round(passedMs / 1000)} s.`
  return new StoreUnavailable(`${error.message} ${tried}`, error.reason)
}
