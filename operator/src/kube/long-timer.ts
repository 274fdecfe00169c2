import { type Clock } from './clock.ts'

/** Longest single timer, in milliseconds: Node fires at once what exceeds 2^31 - 1. */
const longestTimer = 3_600_000

/**
 * Runs `then` once after `ms`, however long. The wait is over as soon as one of the two clocks says so: the wall
 * clock does not stop while a machine sleeps, and the monotonic one cannot be set back. Early beats late.
 */
export function longTimer(clock: Clock, ms: number, then: () => void): () => void {
  const wall = clock.now() + ms
  const monotonic = clock.monotonic() + ms
  let cancel = () => {}
  const look = () => {
    const left = Math.min(wall - clock.now(), monotonic - clock.monotonic())
    if (left <= 0) then()
    else cancel = clock.after(Math.min(left, longestTimer), look)
  }
  look()
  return () => {
    cancel()
  }
}
