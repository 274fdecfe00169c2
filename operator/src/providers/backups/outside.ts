import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/** Time and chance, as arguments. */
export interface Outside {
  /** Milliseconds that only go forward. */
  monotonic: () => number
  random: () => number
  uuid: () => string
  /** Resolves after `ms`, and rejects with anything as soon as the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const system: Outside = {
  monotonic: () => performance.now(),
  random: () => Math.random(),
  uuid: () => randomUUID(),
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
}
