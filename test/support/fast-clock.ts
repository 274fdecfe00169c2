import { type Clock } from '../../operator/src/kube/clock.ts'

/** The real clock, but each of its seconds lasts only a `factor`-th: for tests with real sockets. */
export function fastClock(factor: number): Clock {
  const start = Date.now()
  const monotonic = () => performance.now() * factor
  const offset = monotonic()
  return {
    monotonic,
    now: () => start + monotonic() - offset,
    after: (ms, then) => {
      const timer = setTimeout(then, ms / factor)
      return () => {
        clearTimeout(timer)
      }
    },
  }
}
