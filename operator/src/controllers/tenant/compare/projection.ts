import { type KubeObject } from '../../../kube/port.ts'
import { digest } from '../../canonical.ts'
import { type Facts, factsOf } from './facts.ts'
import { normalise } from './normalise.ts'

/** What is remembered of an object: enough to see that nothing changed, and what its status says. */
export interface Projection {
  uid: string
  deleting: boolean
  createdAt: string
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Of everything that we would set, and of what nobody should have added; without annotations. */
  digest: string
  facts: Facts
}

const bulky = 'kubectl.kubernetes.io/last-applied-configuration'

export function project(object: KubeObject): Projection {
  const { metadata } = object
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => name !== bulky)
  return {
    uid: metadata.uid ?? '',
    deleting: metadata.deletionTimestamp !== undefined,
    createdAt: metadata.creationTimestamp ?? '',
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
    digest: digest(normalise(object)),
    facts: factsOf(object),
  }
}
