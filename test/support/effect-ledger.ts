/**
 * What the operator did to the world, as the proxies saw it: one sequence over every backend, so that "between any
 * two writes" spans Kubernetes and SQL. Holds names and verbs only; no body and no statement ever gets in here.
 */

/** What is no write is numbered apart: leases and events come when they like, sweeps with the hour. */
export type Lane = 'write' | 'lease' | 'event' | 'sweep'

export interface EffectName {
  backend: 'kubernetes' | 'sql'
  /** `create`, `apply`, `delete`, ...; of a statement its first word. */
  verb: string
  /** `deployments kiavi-x/runtime`, `ROLE kiavi_x_app`. */
  object: string
  subresource?: string
}

export interface Effect extends EffectName {
  lane: Lane
  /** Position in its lane, from 1. */
  k: number
  /**
   * What the server said: an HTTP status, `ok` or an SQLSTATE. `unsent`: it never reached the server.
   * `unknown`: it did, or may have, and the answer was not seen. `undone`: its transaction was rolled back.
   */
  status: number | string
  /** A statement of a transaction whose COMMIT is an effect of its own: until then it may be undone as if it never was. */
  inTransaction?: true
}

/** One line for people: `17 apply deployments kiavi-x/runtime -> 201`. */
export const effectLine = (effect: Effect) =>
  `${effect.k} ${effect.verb} ${effect.object}${effect.subresource === undefined ? '' : `/${effect.subresource}`} -> ${effect.status}`

/** Did the server take it? */
export const tookPlace = (effect: Effect) =>
  effect.status === 'ok' || (typeof effect.status === 'number' && effect.status < 300)

const first: Record<Lane, number> = { write: 1, lease: 1, event: 1, sweep: 1 }

export class EffectLedger {
  #effects: Effect[] = []
  #next: Record<Lane, number> = { ...first }
  #lastWriteAt = 0
  readonly #now: () => number

  /** `now` in milliseconds, of any monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Numbers an effect at the moment it arrives; its status is `unknown` until `settle` says more. */
  begin(lane: Lane, name: EffectName): Effect {
    const effect: Effect = { ...name, lane, k: this.#next[lane]++, status: 'unknown' }
    this.#effects.push(effect)
    if (lane === 'write') this.#lastWriteAt = this.#now()
    return effect
  }

  settle(effect: Effect, status: number | string): void {
    effect.status = status
    if (effect.lane === 'write') this.#lastWriteAt = this.#now()
  }

  effects(lane: Lane = 'write'): readonly Effect[] {
    return this.#effects.filter((effect) => effect.lane === lane)
  }

  /** Milliseconds since the last write began or was answered; since ever when there was none. */
  quietFor(): number {
    return this.#now() - this.#lastWriteAt
  }

  /** Forgets everything and numbers from 1 again. */
  restart(): void {
    this.#effects = []
    this.#next = { ...first }
    this.#lastWriteAt = this.#now()
  }
}
