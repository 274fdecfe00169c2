import { masterSecret } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { tenantRoles } from '../../../providers/database/expected-roles.ts'
import { type Passwords } from '../../../providers/database/port.ts'
import { ownerAnnotation, tenantLabels } from '../children/meta.ts'
import { type Rendering } from '../rendering.ts'
import { decode, encode } from './data.ts'

/** The passwords of a tenant's roles, in the operator's namespace: written before any role gets them. */
export const databaseMaster = (
  { tenantID, owner, operator }: Pick<Rendering, 'tenantID' | 'owner' | 'operator'>,
  passwords: Passwords,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: masterSecret.database(tenantID),
    namespace: operator.namespace,
    labels: tenantLabels(tenantID, 'master'),
    annotations: ownerAnnotation(owner),
  },
  type: 'Opaque',
  data: encode(passwords),
})

/** The passwords back; `undefined` when one is missing or too short to be ours. */
export function readPasswords(secret: KubeObject): Passwords | undefined {
  const files = decode(secret['data'])
  const whole = tenantRoles.every((role) => (files[role] ?? '').length >= 32)
  return whole ? (Object.fromEntries(tenantRoles.map((role) => [role, files[role]])) as Passwords) : undefined
}
