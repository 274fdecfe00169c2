/** What can be done to the k-th write, and by whom it is decided. */
import { type Effect, type EffectLedger } from './effect-ledger.ts'

export type Fault =
  /** The operator dies; the write never reaches the server. */
  | { do: 'kill'; when: 'before' }
  /** The write is done and answered by the server; the operator dies without the answer. */
  | { do: 'kill'; when: 'after' }
  /** It never reaches the server, and the connection is closed. */
  | { do: 'drop' }
  /** Held back for so long, before the server sees it or after it has answered. */
  | { do: 'delay'; when: 'before' | 'after'; milliseconds: number }
  /** The server does it; the connection is cut in the middle of the answer. */
  | { do: 'cut' }
  /** It never reaches the server; this is the answer (of PostgreSQL: the SQLSTATE that means the same). */
  | { do: 'answer'; status: 409 | 429 | 500 | 503; retryAfterSeconds?: number }

export type FaultScript = (effect: Effect) => Fault | undefined

export const noFaults: FaultScript = () => undefined

/** One fault, at the k-th write. */
export const atWrite =
  (k: number, fault: Fault): FaultScript =>
  (effect) =>
    effect.lane === 'write' && effect.k === k ? fault : undefined

/**
 * Holds what both proxies share: the ledger, the script, and the victim. While a kill is under way, and on every
 * connection that the victim had, nothing more gets through: what the dying process had put on the wire stays there.
 */
export class FaultInjector {
  readonly ledger: EffectLedger
  script: FaultScript = noFaults
  /** Sweeps of a class's store are what is crossed: writes like any other. */
  sweepsAreWrites = false
  #struck: { effect: Effect; fault: Fault } | undefined
  #kill: () => Promise<void> = () => Promise.reject(new Error('A fault would kill, and nobody said whom.'))
  readonly #cutOff = new Set<() => void>()
  #killing = false
  #killed = false

  constructor(ledger: EffectLedger) {
    this.ledger = ledger
  }

  /** How to kill the victim; resolves when it is gone. */
  aimAt(kill: () => Promise<void>): void {
    this.#kill = kill
  }

  /** A proxy says how to close all of the victim's connections to it. */
  onKill(cutOff: () => void): void {
    this.#cutOff.add(cutOff)
  }

  /** Numbers from 1 again, by this script. */
  arm(script: FaultScript): void {
    this.ledger.restart()
    this.#struck = undefined
    this.#killed = false
    this.script = script
  }

  /** The last effect that a fault struck since it was armed. */
  get struck(): { effect: Effect; fault: Fault } | undefined {
    return this.#struck
  }

  get killing(): boolean {
    return this.#killing
  }

  /** The victim is gone. Until then it may be alive although it was struck: a write that kills has to end first. */
  get killed(): boolean {
    return this.#killed
  }

  faultFor(effect: Effect): Fault | undefined {
    const fault = this.script(effect)
    if (fault !== undefined) this.#struck = { effect, fault }
    return fault
  }

  async kill(): Promise<void> {
    this.#killing = true
    try {
      await this.#kill()
    } finally {
      for (const cutOff of this.#cutOff) cutOff()
      this.#killing = false
      this.#killed = true
    }
  }
}
