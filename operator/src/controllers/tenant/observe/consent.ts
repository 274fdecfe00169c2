import { adoptionSpec, adoptionStatus } from '../../../api/v1alpha1/adoption.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Consent } from '../observed.ts'

/** A KiaviAdoption as a consent; none when its spec does not parse. */
export function readConsent(object: KubeObject): Consent[] {
  const spec = adoptionSpec.safeParse(object['spec'])
  if (!spec.success) return []
  const status = adoptionStatus.safeParse(object['status'] ?? {})
  const { name, generation = 0 } = object.metadata
  const used = status.success && status.data.adoptedAt !== undefined
  return [{ ...spec.data, object: { name, generation }, used }]
}
