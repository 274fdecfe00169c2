import { tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type Cluster, type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { networkPolicyNames } from '../children/network-policy.ts'

/** NetworkPolicies add up: those that are not ours and allow something, by name. A live read, ours are watched. */
export async function foreignPolicies(tenantID: string, cluster: Pick<Cluster, 'list'>): Promise<string[]> {
  const all = await cluster.list(kinds.NetworkPolicy, { namespace: tenantNamespace(tenantID) })
  return all
    .filter((object) => !networkPolicyNames.includes(object.metadata.name) && allows(object))
    .map(({ metadata }) => metadata.name)
    .sort()
}

function allows(object: KubeObject): boolean {
  const { ingress = [], egress = [] } = (object['spec'] ?? {}) as { ingress?: unknown[]; egress?: unknown[] }
  return ingress.length + egress.length > 0
}
