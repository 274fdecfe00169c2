import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until something is there; fails with what was waited for. Never a fixed pause. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + limitMs
  while (true) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${limitMs / 1000} s.`)
    await sleep(50)
  }
}
