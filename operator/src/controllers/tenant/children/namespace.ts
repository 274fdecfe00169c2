import { annotation, label, manager, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { ownerAnnotation, tenantLabels } from './meta.ts'

/** Pod Security at its strictest, in all three modes. */
const restricted = Object.fromEntries(
  ['enforce', 'warn', 'audit'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
)

/** The tenant's own namespace. What the class adds never overrides what guards it. */
export function namespace({ tenantID, installationID, owner, class: tenantClass }: Rendering): KubeObject {
  const name = tenantNamespace(tenantID)
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        ...tenantClass.namespaceLabels,
        ...tenantLabels(tenantID, 'isolation'),
        ...restricted,
        [label.managedBy]: manager,
        'kubernetes.io/metadata.name': name,
      },
      annotations: {
        ...tenantClass.namespaceAnnotations,
        ...ownerAnnotation(owner),
        [annotation.installation]: installationID,
      },
    },
  }
}
