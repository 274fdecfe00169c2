/**
 * Preloaded into a program (`node --import .../set-forward.ts?by=FILE`): its wall clock and its monotonic clock are
 * ahead by the milliseconds that stand in FILE, always as it is now. Timers are real.
 */
import { readFileSync } from 'node:fs'

const file = new URL(import.meta.url).searchParams.get('by') ?? ''
let ahead = 0

/** The file may be gone at the end, and no clock goes back for that. */
function offset(): number {
  try {
    ahead = Number(readFileSync(file, 'utf8'))
  } catch {
    // As it was.
  }
  return ahead
}

const RealDate = Date
const realMonotonic = performance.now.bind(performance)

globalThis.Date = new Proxy(RealDate, {
  apply: () => new Date().toString(),
  construct: (target, given: unknown[]) =>
    Reflect.construct(target, given.length === 0 ? [target.now() + offset()] : given) as Date,
  get: (target, key, receiver): unknown =>
    key === 'now' ? () => target.now() + offset() : Reflect.get(target, key, receiver),
})
performance.now = () => realMonotonic() + offset()
