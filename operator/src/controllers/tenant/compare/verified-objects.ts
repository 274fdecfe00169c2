import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { normalise } from './normalise.ts'
import { type Projection } from './projection.ts'

/** More than an installation holds that need it; past it the one that was asked for least lately is read again. */
const most = 20_000

/**
 * Live objects that were read whole and found to be as desired although the server adds something of its own:
 * by identity and content, so that any change of either is judged anew.
 */
export class VerifiedObjects {
  /** By UID, least lately used first. */
  readonly #known = new Map<string, string>()
  readonly #most: number

  constructor(mostKnown = most) {
    this.#most = mostKnown
  }

  remember(desired: KubeObject, { uid, digest: live }: Projection): void {
    this.#use(uid, pair(desired, live))
  }

  has(desired: KubeObject, { uid, digest: live }: Projection): boolean {
    const known = this.#known.get(uid)
    if (known === undefined || known !== pair(desired, live)) return false
    this.#use(uid, known)
    return true
  }

  #use(uid: string, known: string): void {
    this.#known.delete(uid)
    this.#known.set(uid, known)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#most) break
      this.#known.delete(oldest)
    }
  }
}

const pair = (desired: KubeObject, live: string) =>
  `${digest([normalise(desired), desired.metadata.annotations ?? {}])} ${live}`
