import { backupPolicyName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type Component, ownerAnnotation, podSelector, tenantLabels } from '../../tenant/children/meta.ts'
import { outward, reached } from '../../tenant/children/network-policy.ts'
import { type BackupRendering, type ClassWithStore } from '../rendering.ts'

/** A tenant's backup Jobs: out to the database, the store and DNS, and nobody in. */
export const backupPolicy = (about: PolicyOf): KubeObject =>
  jobsPolicy(about, {
    name: backupPolicyName(about.tenantID),
    component: 'backup',
    egress: [...outward(about.class), ...toStore(about.class)],
  })

export type PolicyOf = Pick<BackupRendering, 'owner' | 'class' | 'operator'> & { tenantID: string }

/** Jobs of one component of a tenant: out to what is named, and nobody in. */
export const jobsPolicy = (
  { tenantID, owner, operator }: PolicyOf,
  { name, component, egress }: { name: string; component: Component; egress: object[] },
): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name,
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, component),
    annotations: ownerAnnotation(owner),
  },
  spec: {
    podSelector: { matchLabels: podSelector(tenantID, component) },
    policyTypes: ['Ingress', 'Egress'],
    egress,
  },
})

/** Out to the class's store, where it is one that is reached over a network. */
export function toStore({ backups }: ClassWithStore): object[] {
  const { s3 } = backups.store
  if (!s3) return []
  const { port, protocol } = new URL(s3.endpoint)
  const ports = [{ protocol: 'TCP', port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) }]
  // A policy knows no names: where the class names no place, the port alone narrows it.
  const everywhere = ['0.0.0.0/0', '::/0'].map((cidr) => ({ ipBlock: { cidr } }))
  return [{ to: s3.reachedBy ? reached(s3.reachedBy) : everywhere, ports }]
}
