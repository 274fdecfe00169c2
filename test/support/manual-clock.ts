import { type Clock } from '../../operator/src/kube/clock.ts'

interface Timer {
  due: number
  then: () => void
}

/** A clock that moves when a test says so. */
export class ManualClock implements Clock {
  #now: number
  #monotonic = 0
  readonly #timers = new Set<Timer>()
  /** The longest wait that anybody ever asked for, in milliseconds. */
  longestWait = 0

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now = () => this.#now
  monotonic = () => this.#monotonic

  after = (ms: number, then: () => void) => {
    this.longestWait = Math.max(this.longestWait, ms)
    const timer = { due: this.#monotonic + Math.max(ms, 0), then }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  get timers(): number {
    return this.#timers.size
  }

  /** Somebody sets the wall clock; timers do not care. */
  setWall(now: number): void {
    this.#now = now
  }

  /** Lets time pass: every timer that falls due runs in its order, and promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settle()
    for (;;) {
      const [first] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)
      if (!first) break
      this.#timers.delete(first)
      this.#advanceTo(first.due)
      first.then()
      await settle()
    }
    this.#advanceTo(end)
    await settle()
  }

  #advanceTo(monotonic: number): void {
    const step = Math.max(monotonic - this.#monotonic, 0)
    this.#monotonic += step
    this.#now += step
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve()
}
