import { type KeySet } from '../../../runtime/src/keys/key-set.ts'
import { type Histories } from './key-history.ts'
import { type RuntimePod } from './runtime-pod.ts'

/** One pod served one JWKS and signed with one key, from a moment to another; both in milliseconds of true time. */
export interface Stretch {
  pod: string
  from: number
  /** Infinity while it lasts. */
  to: number
  keySet: KeySet
  kids: ReadonlySet<string>
  maxAgeSeconds: number
  /** Verifiers may hold what they got for so long: as the bytes and the spec say. */
  holdMs: number
  /** Tokens that were signed live for so long. */
  tokenMs: number
}

/** Why an unknown kid is none of the rotation's faults. */
export type Excuse = 'revoked' | 'unaged'

export interface Clash {
  kid: string
  excuse: Excuse | undefined
  told: string
}

/** A verifier's request may be under way for so long, and its clock late by as much more. */
const slackMs = { fetch: 5_000, clock: 20_000 }
/** Longer than any verifier holds a JWKS, or a token lives. */
const rememberedMs = 6 * 3_600_000

/**
 * Who served and signed what and when; and the law over it. A verifier may have got a JWKS at any moment at which a
 * pod served it, and a token at any moment at which a pod signed: where the times overlap at which the one is held
 * and the other good, the one must show the key of the other. So every verifier is judged that there could be.
 */
export class ServiceRecord {
  readonly stretches: Stretch[] = []
  pairs = 0
  #verifierCacheSeconds = 0
  readonly #histories: Histories
  readonly #clash: (clash: Clash) => void
  readonly #open = new Map<string, Stretch>()
  #at = 0

  constructor(histories: Histories, clash: (clash: Clash) => void) {
    this.#histories = histories
    this.#clash = clash
  }

  /** For how long verifiers of this tenant hold what they get from now on, whatever its max-age. */
  holdFor(verifierCacheSeconds: number, pods: Iterable<RuntimePod>, now: number): void {
    this.#verifierCacheSeconds = verifierCacheSeconds
    for (const pod of pods) this.serves(pod, now)
  }

  /** What a pod serves has changed, or that it does. */
  serves(pod: RuntimePod, now: number): void {
    const before = this.#open.get(pod.name)
    if (before) before.to = now
    this.#open.delete(pod.name)
    if (now - this.#at > 600_000) this.#forget(now)
    const { keySet } = pod
    if (!keySet || pod.isCutOff || (pod.state !== 'serving' && pod.state !== 'ending')) return
    const maxAgeSeconds = Number(/max-age=(\d+)/.exec(keySet.jwks.cacheControl)?.[1])
    const { keys } = JSON.parse(keySet.jwks.body.toString()) as { keys: { kid: string }[] }
    const stretch: Stretch = {
      ...{ pod: pod.name, from: now, to: Infinity, keySet, maxAgeSeconds },
      kids: new Set(keys.map(({ kid }) => kid)),
      holdMs: Math.max(2 * maxAgeSeconds, this.#verifierCacheSeconds) * 1000,
      tokenMs: pod.birth.accessTokenSeconds * 1000,
    }
    this.stretches.push(stretch)
    this.#open.set(pod.name, stretch)
    for (const other of this.stretches) {
      this.#judge(stretch, other, now)
      if (other !== stretch) this.#judge(other, stretch, now)
    }
  }

  /** What verifiers hold that got it in `held`, and a token of `signed`, at a moment when both are good. */
  #judge(held: Stretch, signed: Stretch, now: number): void {
    const isHeld = held.to + held.holdMs + slackMs.fetch >= now
    const isGood = signed.to + signed.tokenMs + slackMs.clock >= now
    if (!isHeld || !isGood) return
    this.pairs += 1
    const kid = signed.keySet.activeKid
    if (held.kids.has(kid)) return
    const told = `${held.pod} served version ${held.keySet.version} without ${kid}, with which ${signed.pod} signs in version ${signed.keySet.version}`
    this.#clash({ kid, excuse: this.excuse(held, kid), told })
  }

  /** A key that was revoked, or one that had to sign before its time because its predecessor was. */
  excuse(held: Pick<Stretch, 'keySet'>, kid: string): Excuse | undefined {
    const history = this.#histories.keys.get(kid)
    if (history?.revokedAt !== undefined) return 'revoked'
    return history?.unaged && held.keySet.version < history.firstVersion ? 'unaged' : undefined
  }

  #forget(now: number): void {
    this.#at = now
    const kept = this.stretches.filter(({ to }) => to + rememberedMs >= now)
    this.stretches.splice(0, this.stretches.length, ...kept)
  }
}
