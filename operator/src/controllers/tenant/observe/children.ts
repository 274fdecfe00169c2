import { tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type Projection } from '../compare/projection.ts'
import { childKey } from '../observed.ts'
import { type Memory } from '../ports.ts'

/** Kinds that a tenant's namespace holds of ours, Secrets aside: those are read live. */
export const childKinds = [
  kinds.RoleBinding,
  kinds.NetworkPolicy,
  kinds.ServiceAccount,
  kinds.ConfigMap,
  kinds.Job,
  kinds.Deployment,
  kinds.Service,
  kinds.PodDisruptionBudget,
  kinds.HTTPRoute,
  kinds.Ingress,
  kinds.EndpointSlice,
] as const

/** What is remembered of the tenant's namespace and of what is in it. */
export function observeChildren(tenantID: string, memory: Memory): Map<string, Projection> {
  const namespace = tenantNamespace(tenantID)
  const children = new Map<string, Projection>()
  const itself = memory.get(kinds.Namespace, { name: namespace })
  if (itself) children.set(childKey('Namespace', namespace), itself)
  for (const kind of childKinds) {
    for (const { name, projection } of memory.list(kind, namespace))
      children.set(childKey(kind.kind, name), projection)
  }
  return children
}
