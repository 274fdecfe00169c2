/** Time as an argument: the machinery never looks at a clock of its own. */
export interface Clock {
  /** Milliseconds since the epoch. May jump when somebody sets the clock. */
  now(): number
  /** Milliseconds that only go forward; for time limits and leases. */
  monotonic(): number
  /** Runs `then` once after `ms` (at most 2^31 - 1, about 24.8 days); the result cancels it. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error)
      return
    }
    const stop = () => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
}
