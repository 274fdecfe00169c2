import { type KeySet } from './key-set.ts'

/** One key, as this process has served it. */
export interface PublishedKey {
  kid: string
  /** For how long. */
  seconds: number
  /** Since this process began: it never published a set without it. */
  always: boolean
}

/** The key set in use, as this process has served it. Whole seconds of the monotonic clock, rounded down. */
export interface ServedKeySet {
  version: number
  activeKid: string
  /** For how long this process has signed with that key. */
  activeSeconds: number
  keys: PublishedKey[]
}

interface Served {
  version: number
  activeKid: string
  activeSince: number
  keys: ReadonlyMap<string, { since: number; always: boolean }>
}

/** Remembers since when each key was published, and signed with: what the operator counts its waits by. */
export class Published {
  readonly #now: () => number
  #served: Served | undefined

  /** A clock in milliseconds that only goes forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A key set was taken into use. A key that was taken out and comes back begins anew. */
  publish({
    version,
    activeKid,
    verifyingKeys,
  }: Pick<KeySet, 'version' | 'activeKid' | 'verifyingKeys'>): void {
    const since = this.#now()
    const former = this.#served
    const always = former === undefined
    this.#served = {
      version,
      activeKid,
      activeSince: former?.activeKid === activeKid ? former.activeSince : since,
      keys: new Map(
        Array.from(verifyingKeys.keys(), (kid) => [kid, former?.keys.get(kid) ?? { since, always }]),
      ),
    }
  }

  /** `undefined` as long as nothing was published. */
  served(): ServedKeySet | undefined {
    if (this.#served === undefined) return undefined
    const { version, activeKid, activeSince, keys } = this.#served
    const now = this.#now()
    const secondsSince = (since: number) => Math.floor((now - since) / 1000)
    return {
      version,
      activeKid,
      activeSeconds: secondsSince(activeSince),
      keys: Array.from(keys, ([kid, { since, always }]) => ({ kid, seconds: secondsSince(since), always })),
    }
  }
}
