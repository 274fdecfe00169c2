/** Waits until something is so of each of many. */
import { setTimeout as sleep } from 'node:timers/promises'
import { BenchFailed } from './bench.ts'

export interface Wait {
  /** `are Ready`: what is said of how many, and of those it is not so of. */
  what: string
  /** One look: what it answers with judges each of them by that look. */
  look: () => (name: string) => boolean
  /** What is known of one that it is not so of. */
  why: (name: string) => string
  say: (line: string) => void
  /** Nothing may stand still for longer. */
  stillMs?: number
  /** How often is told how far it is. */
  tellMs?: number
}

const lookMs = 100

/** Gives the seconds from now after which it became so, in that order. */
export async function untilAll(names: readonly string[], wait: Wait): Promise<number[]> {
  const { what, look, why, say, stillMs = 600_000, tellMs = 15_000 } = wait
  const start = performance.now()
  const open = new Set(names)
  const seconds: number[] = []
  let moved = start
  let told = start
  for (;;) {
    const isSo = look()
    const now = performance.now()
    for (const name of open) {
      if (!isSo(name)) continue
      open.delete(name)
      seconds.push((now - start) / 1000)
      moved = now
    }
    if (open.size === 0) return seconds
    const [first = ''] = open
    if (now - moved > stillMs)
      throw new BenchFailed(
        `Of ${names.length}, ${seconds.length} ${what}, and no other one for ${stillMs / 1000} s; ${first}: ${why(first)}`,
      )
    if (now - told > tellMs) {
      say(`${seconds.length} of ${names.length} ${what}`)
      told = now
    }
    await sleep(lookMs)
  }
}
