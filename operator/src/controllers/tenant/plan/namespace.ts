import { label, manager, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { namespace } from '../children/namespace.ts'
import { operatorBinding } from '../children/operator-binding.ts'
import { type Observed, childKey } from '../observed.ts'
import { type Rendering } from '../rendering.ts'
import { ensure } from './children.ts'
import { type Ruling, halt } from './ruling.ts'

/** The tenant's own namespace, and our rights in it. One that somebody else made is never taken over. */
export function planNamespace(rendering: Rendering, seen: Observed): Ruling {
  const name = tenantNamespace(rendering.tenantID)
  const there = seen.children.get(childKey('Namespace', name))
  const ours =
    there?.labels[label.managedBy] === manager && there.labels[label.tenantID] === rendering.tenantID
  if (there && !ours) {
    return halt({
      reason: 'NameConflict',
      message: `Namespace ${name} exists and does not bear our labels, so it is not touched. Only the operator may set them: keep what you need of it elsewhere and delete it (kubectl delete namespace ${name}). It is then made again; the tenant's keys and passwords have their master copies in namespace ${rendering.operator.namespace}.`,
    })
  }
  if (there?.deleting) {
    return halt({
      reason: 'NamespaceTerminating',
      message: `Namespace ${name} is being deleted; it is made again once it is gone, usually within a minute.`,
    })
  }
  return {
    steps: [
      ...ensure({ kind: kinds.Namespace, object: namespace(rendering) }, seen),
      ...ensure({ kind: kinds.RoleBinding, object: operatorBinding(rendering) }, seen),
    ],
    findings: [],
    stop: false,
  }
}
