import { child } from '../../../api/v1alpha1/names.ts'
import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { type TenantSpec } from '../../../api/v1alpha1/tenant.ts'
import {
  connectionLimitFor,
  connectionsPromised,
  fitsBudget,
  podsAtOnce,
  reservedConnections,
} from '../../../providers/database/connection-budget.ts'
import { type Observed, childKey } from '../observed.ts'
import { type Finding } from '../reasons.ts'
import { type Held, replicasAsked } from '../rendering.ts'

interface Asked {
  tenantID: string
  spec: TenantSpec
  class: TenantClassSpec
}

export const connectionsAsked = ({ spec, class: tenantClass }: Pick<Asked, 'spec' | 'class'>): number =>
  connectionLimitFor(replicasAsked(spec, tenantClass), tenantClass.database.connectionsPerPod)

/** Databases of other tenants on the server, as far as they were looked at. */
export const marked = (tenantID: string, { database }: Pick<Observed, 'database'>) =>
  database?.state === 'seen'
    ? database.marked?.filter(({ marker }) => marker.tenantID !== tenantID)
    : undefined

/** What a tenant that exists keeps when it asks for more connections than its class has left. */
export function heldBack(
  { tenantID, spec, class: tenantClass }: Asked,
  seen: Pick<Observed, 'database' | 'children'>,
): Held | undefined {
  const { maxConnections, connectionsPerPod } = tenantClass.database
  const others = marked(tenantID, seen)
  if (maxConnections === undefined || !others || seen.database?.state !== 'seen') return undefined
  const limit = seen.database.observed.database?.connectionLimit ?? -1
  const asked = connectionsAsked({ spec, class: tenantClass })
  if (limit < 0 || asked <= limit || fitsBudget(others, asked, maxConnections)) return undefined
  const serving = seen.children.get(childKey('Deployment', child.runtime))?.facts.deployment?.wanted ?? 1
  const replicas = Math.max(1, Math.min(serving, replicasAsked(spec, tenantClass)))
  const share = Math.floor((limit - reservedConnections) / podsAtOnce(replicas))
  return { limit, replicas, perPod: Math.max(1, Math.min(share, connectionsPerPod)) }
}

export function growthHeld(
  asked: Asked,
  { limit, replicas, perPod }: Held,
  seen: Pick<Observed, 'database'>,
): Finding {
  const promised = connectionsPromised(marked(asked.tenantID, seen) ?? [])
  const budget = asked.class.database.maxConnections ?? 0
  const message = `The tenant goes on with ${limit} connections (${replicas} pods with ${perPod} each): it may need ${connectionsAsked(asked)} for what is asked, and ${promised} of ${budget} are promised to others. Lower spec.runtime.replicas, remove tenants, or have database.maxConnections of the class raised together with the server's max_connections.`
  return { reason: 'GrowthHeld', message }
}
