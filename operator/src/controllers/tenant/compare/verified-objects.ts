import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { normalise } from './normalise.ts'
import { type Projection } from './projection.ts'

/**
 * Live objects that were read whole and found to be as desired although the server adds something of its own:
 * by identity and content, so that any change of either is judged anew.
 */
export class VerifiedObjects {
  readonly #known = new Map<string, string>()

  remember(desired: KubeObject, { uid, digest: live }: Projection): void {
    this.#known.set(uid, pair(desired, live))
  }

  has(desired: KubeObject, { uid, digest: live }: Projection): boolean {
    return this.#known.get(uid) === pair(desired, live)
  }
}

const pair = (desired: KubeObject, live: string) =>
  `${digest([normalise(desired), desired.metadata.annotations ?? {}])} ${live}`
