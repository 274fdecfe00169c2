import { createHash } from 'node:crypto'

/** Chance that is the same again for the same seed. */
export class Random {
  readonly #seed: string
  readonly #state: Uint32Array

  constructor(seed: string) {
    this.#seed = seed
    const bytes = createHash('sha256').update(seed).digest()
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => bytes.readUInt32LE(at))
  }

  /** Chance of its own for a part, whatever the others draw. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`)
  }

  /** At least 0 and less than 1: Doty-Humphrey's sfc32. */
  next(): number {
    const state = this.#state
    const [a = 0, b = 0, c = 0, d = 0] = state
    const sum = (a + b + d) >>> 0
    state[0] = b ^ (b >>> 9)
    state[1] = (c + (c << 3)) >>> 0
    state[2] = (((c << 21) | (c >>> 11)) + sum) >>> 0
    state[3] = (d + 1) >>> 0
    return sum / 2 ** 32
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  /** Each order of magnitude as likely as the next. */
  logBetween(from: number, to: number): number {
    return from * (to / from) ** this.next()
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)]
    if (picked === undefined) throw new RangeError('There is nothing to pick from.')
    return picked
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }
}
