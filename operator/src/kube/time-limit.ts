import { type Clock } from './clock.ts'

export interface TimeLimit {
  signal: AbortSignal
  /** True when it was the limit that aborted, not the caller. */
  expired(): boolean
  /** Ends the limit; the caller's signal stays connected. */
  lift(): void
  /** Ends both: nothing of the call is referenced by a long-lived signal any more. */
  release(): void
}

/** A signal that aborts after `ms`, or when the caller's does. `AbortSignal.any` would gather on a long-lived one. */
export function timeLimit(clock: Clock, ms: number, outer?: AbortSignal): TimeLimit {
  const controller = new AbortController()
  let expired = false
  const cancel = clock.after(ms, () => {
    expired = true
    controller.abort(new Error(`No answer within ${ms} ms.`))
  })
  const forward = () => {
    controller.abort(outer?.reason)
  }
  if (outer?.aborted) forward()
  else outer?.addEventListener('abort', forward, { once: true })
  return {
    signal: controller.signal,
    expired: () => expired,
    lift: cancel,
    release() {
      cancel()
      outer?.removeEventListener('abort', forward)
    },
  }
}
