import { child } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Rendering } from '../rendering.ts'
import { childMeta } from './meta.ts'

/** Our own rights in the tenant's namespace: the one fixed ClusterRole, bound to our ServiceAccount. */
export function operatorBinding(rendering: Rendering): KubeObject {
  const { operator } = rendering
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: childMeta(rendering, child.operatorBinding, 'access'),
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: operator.tenantClusterRole,
    },
    subjects: [{ kind: 'ServiceAccount', name: operator.serviceAccount, namespace: operator.namespace }],
  }
}
