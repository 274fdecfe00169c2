import { type Difference } from './difference.ts'

/** More than any API server fills in. A webhook that says something new in each answer must not fill the memory. */
const most = 10_000

/**
 * Fields that this API server fills in and that our builders do not know (a newer Kubernetes, an admission webhook).
 * Learned only from the answer to our own write: whoever adds the same to a live object later changes nothing.
 */
export class LearnedDefaults {
  /** The oldest first. */
  readonly #known = new Set<string>()
  readonly #most: number

  constructor(mostKnown = most) {
    this.#most = mostKnown
  }

  /** True when every difference is an addition that the server was seen to make itself. */
  explains(kind: string, found: readonly Difference[]): boolean {
    return found.every((difference) => this.#known.has(keyOf(kind, difference)))
  }

  /** Told what still differs in the answer to a write. Only additions can be defaults. */
  learn(kind: string, left: readonly Difference[]): void {
    for (const difference of left) {
      if (difference.desired === undefined) this.#known.add(keyOf(kind, difference))
    }
    for (const oldest of this.#known) {
      if (this.#known.size <= this.#most) break
      this.#known.delete(oldest)
    }
  }
}

const keyOf = (kind: string, { path, live }: Difference) => `${kind} ${path}=${live ?? ''}`
