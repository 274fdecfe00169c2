import { type Difference } from './difference.ts'

/**
 * Fields that this API server fills in and that our builders do not know (a newer Kubernetes, an admission webhook).
 * Learned only from the answer to our own write: whoever adds the same to a live object later changes nothing.
 */
export class LearnedDefaults {
  readonly #known = new Set<string>()

  /** True when every difference is an addition that the server was seen to make itself. */
  explains(kind: string, found: readonly Difference[]): boolean {
    return found.every((difference) => this.#known.has(keyOf(kind, difference)))
  }

  /** Told what still differs in the answer to a write. Only additions can be defaults. */
  learn(kind: string, left: readonly Difference[]): void {
    for (const difference of left) {
      if (difference.desired === undefined) this.#known.add(keyOf(kind, difference))
    }
  }
}

const keyOf = (kind: string, { path, live }: Difference) => `${kind} ${path}=${live ?? ''}`
