/**
 * For how long this process has seen things be so, on a clock that nobody sets. What is not seen in a look is
 * forgotten, so that it must be seen anew for its whole time.
 */
export class Sightings {
  readonly #monotonic: () => number
  readonly #first = new Map<string, Map<string, number>>()

  /** A clock in milliseconds that only goes forward. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** What a look at a tenant found to be so. */
  look(tenantID: string, found: readonly string[]): void {
    const before = this.#first.get(tenantID)
    const now = this.#monotonic()
    this.#first.set(tenantID, new Map(found.map((what) => [what, before?.get(what) ?? now])))
  }

  forMs(tenantID: string, what: string): number {
    const first = this.#first.get(tenantID)?.get(what)
    return first === undefined ? 0 : this.#monotonic() - first
  }

  forget(tenantID: string): void {
    this.#first.delete(tenantID)
  }
}
