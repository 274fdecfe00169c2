import { type DatabaseFinding, type DatabaseWanted } from '../../../providers/database/port.ts'
import { connectionsPromised, fitsBudget } from '../../../providers/database/connection-budget.ts'
import { planDatabase } from '../../../providers/database/plan.ts'
import { type Observed } from '../observed.ts'
import { type Rendering } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'
import { connectionsAsked, growthHeld, marked } from './growth.ts'
import { consentFor } from './orphans.ts'
import { type Ruling, halt, nothing } from './ruling.ts'

/** What forbids to do anything at all, for this tenant, anywhere. */
const forbidding = new Set<DatabaseFinding['reason']>([
  'DatabaseLost',
  'NameConflict',
  'DatabaseNotOwned',
  'DatabaseFenced',
])

/** The database: judged before anything else is made, so that a lost one stops everything. */
export function planTenantDatabase(tenant: Tenant, rendering: Rendering, seen: Observed): Ruling {
  const { database } = seen
  if (!database) return nothing
  if (database.state === 'unreachable') return halt(database.finding)
  const wanted = databaseWanted(tenant, rendering, seen)
  const { steps, findings } = planDatabase(database.observed, wanted)
  if (findings.some(({ reason }) => forbidding.has(reason))) return halt(...findings)
  const budget = rendering.class.database.maxConnections
  const others = marked(rendering.tenantID, seen)
  if (
    !database.observed.database &&
    budget !== undefined &&
    others &&
    !fitsBudget(others, wanted.connectionLimit, budget)
  ) {
    return halt({
      reason: 'ConnectionBudget',
      message: `This tenant may need ${wanted.connectionLimit} connections, and ${connectionsPromised(others)} of ${budget} are promised to others. Lower spec.runtime.replicas, remove tenants, or have database.maxConnections of the class raised together with the server's max_connections.`,
    })
  }
  const held = rendering.held ? [growthHeld(rendering, rendering.held, seen)] : []
  return {
    steps: steps.map((step) => ({ do: 'database', step })),
    findings: [...findings, ...held],
    stop: false,
  }
}

function databaseWanted(
  tenant: Tenant,
  rendering: Rendering,
  { database, consents }: Observed,
): DatabaseWanted {
  const { tenantID, installationID, owner, rpId, spec } = rendering
  const adopting = spec.adoptTenantID === tenantID
  const marker = database?.state === 'seen' ? database.observed.database?.marker : undefined
  const provisioned = tenant.status.database?.provisionedAt !== undefined
  const takeOver = adopting && !provisioned && consentFor(consents, tenant, tenantID, spec.host) !== undefined
  return {
    tenantID,
    marker: { installationID, tenantID, ...owner, host: spec.host, rpId },
    connectionLimit: rendering.held?.limit ?? connectionsAsked(rendering),
    // What is adopted exists: if it does not, an empty one must not take its place.
    provisionedBefore: provisioned || adopting,
    ...(takeOver && marker ? { adoptFrom: marker.installationID } : {}),
  }
}
