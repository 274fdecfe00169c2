import { type KubeObject, type ResourceKind } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type Rendering, replicasOf } from '../rendering.ts'
import { deployment } from './deployment.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { httpRoute } from './http-route.ts'
import { ingress } from './ingress.ts'
import { defaultDeny, migratePolicy, runtimePolicy } from './network-policy.ts'
import { service } from './service.ts'
import { serviceAccount } from './service-account.ts'
import { tenantConfigMap } from './tenant-document.ts'

export interface Child {
  kind: ResourceKind
  object: KubeObject
}

/** What must stand before any pod starts: isolation first. */
export const groundwork = (rendering: Rendering): Child[] => [
  { kind: kinds.NetworkPolicy, object: defaultDeny(rendering) },
  { kind: kinds.NetworkPolicy, object: runtimePolicy(rendering) },
  { kind: kinds.NetworkPolicy, object: migratePolicy(rendering) },
  { kind: kinds.ServiceAccount, object: serviceAccount(rendering) },
  { kind: kinds.ConfigMap, object: tenantConfigMap(rendering) },
]

/** What serves, once the schema is there. */
export function serving(rendering: Rendering): Child[] {
  const { class: tenantClass } = rendering
  return [
    { kind: kinds.Deployment, object: deployment(rendering) },
    { kind: kinds.Service, object: service(rendering) },
    ...(replicasOf(rendering) >= 2
      ? [{ kind: kinds.PodDisruptionBudget, object: disruptionBudget(rendering) }]
      : []),
    ...(tenantClass.gateway
      ? [{ kind: kinds.HTTPRoute, object: httpRoute(rendering, tenantClass.gateway) }]
      : []),
    ...(tenantClass.ingress && !tenantClass.gateway
      ? [{ kind: kinds.Ingress, object: ingress(rendering, tenantClass.ingress) }]
      : []),
  ]
}

/** Kinds of which a tenant has one object or none, by the fixed name `runtime`. */
export const optionalKinds = [kinds.PodDisruptionBudget, kinds.HTTPRoute, kinds.Ingress] as const
