/** One key, as this process has served it. */
export interface PublishedKey {
  kid: string
  /** For how long, in seconds of the monotonic clock. */
  seconds: number
  /** Since this process began: it never published a set without it. */
  always: boolean
}

/** Remembers since when each key was published: what the operator counts its waits by. */
export class Published {
  readonly #now: () => number
  #since = new Map<string, { at: number; always: boolean }>()
  #isFirst = true

  /** A clock in milliseconds that only goes forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A key set was taken into use. A key that was taken out and comes back begins anew. */
  publish(kids: Iterable<string>): void {
    const at = this.#now()
    const always = this.#isFirst
    this.#isFirst = false
    this.#since = new Map(Array.from(kids, (kid) => [kid, this.#since.get(kid) ?? { at, always }]))
  }

  list(): PublishedKey[] {
    const now = this.#now()
    return Array.from(this.#since, ([kid, { at, always }]) => ({ kid, seconds: (now - at) / 1000, always }))
  }
}
