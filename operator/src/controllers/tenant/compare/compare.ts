import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { type Difference, differences } from './difference.ts'
import { normalise } from './normalise.ts'
import { type Projection } from './projection.ts'

/** What stands between a live object and the one we want; empty when nothing does. */
export function compare(desired: KubeObject, live: KubeObject): Difference[] {
  return [
    ...differences(normalise(desired), normalise(live)),
    ...annotationDifferences(desired, live.metadata.annotations ?? {}),
  ]
}

/** True when the remembered object is what we want: judged without a read. */
export const isAsDesired = (desired: KubeObject, seen: Projection): boolean =>
  seen.digest === digest(normalise(desired)) && annotationDifferences(desired, seen.annotations).length === 0

/** Ours must be there as we set them; foreign ones are theirs. */
function annotationDifferences(desired: KubeObject, live: Record<string, string>): Difference[] {
  return Object.entries(desired.metadata.annotations ?? {})
    .filter(([name, value]) => live[name] !== value)
    .map(([name, value]) => ({ path: `metadata.annotations.${name}`, desired: value, live: live[name] }))
}
