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
  look(tenant: string, found: readonly string[]): void {
    const before = this.#first.get(tenant)
    const now = this.#monotonic()
    this.#first.set(tenant, new Map(found.map((what) => [what, before?.get(what) ?? now])))
  }

  forMs(tenant: string, what: string): number {
    const first = this.#first.get(tenant)?.get(what)
    return first === undefined ? 0 : this.#monotonic() - first
  }

  forget(tenant: string): void {
    this.#first.delete(tenant)
  }
}

/** By whom a look is remembered: known of a tenant that is gone, too. */
export const whoIs = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${namespace}/${name}`
