import { backupPolicyName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { ownerAnnotation, podSelector, tenantLabels } from '../../tenant/children/meta.ts'
import { outward, reached } from '../../tenant/children/network-policy.ts'
import { type BackupRendering, type ClassWithStore } from '../rendering.ts'

/** A tenant's backup Jobs: out to the database, the store and DNS, and nobody in. */
export const backupPolicy = ({
  tenantID,
  owner,
  class: tenantClass,
  operator,
}: Pick<BackupRendering, 'owner' | 'class' | 'operator'> & { tenantID: string }): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name: backupPolicyName(tenantID),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'backup'),
    annotations: ownerAnnotation(owner),
  },
  spec: {
    podSelector: { matchLabels: podSelector(tenantID, 'backup') },
    policyTypes: ['Ingress', 'Egress'],
    egress: [...outward(tenantClass), ...toStore(tenantClass)],
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
