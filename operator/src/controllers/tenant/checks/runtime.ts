import { child, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { keyIn } from '../keys/ledger.ts'
import { type Observed, type PodSeen, childKey } from '../observed.ts'
import { isMigrated } from '../plan/children.ts'
import { type Finding } from '../reasons.ts'
import { type Rendering } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'

/** True of the runtime: the wanted pods run, and one of them proved that it serves this schema with this key. */
export function checkRuntime(tenant: Tenant, rendering: Rendering, seen: Observed): Finding | undefined {
  const image = rendering.class.runtime.image
  if (!isMigrated(tenant, rendering, seen)) {
    const message = `The database is being migrated to ${image}; this usually takes less than a minute.`
    return { reason: 'Migrating', message }
  }
  const facts = seen.children.get(childKey('Deployment', child.runtime))?.facts.deployment
  const namespace = tenantNamespace(rendering.tenantID)
  if (facts?.trouble !== undefined) {
    const message = `The pods do not come up: ${facts.trouble}. See kubectl -n ${namespace} describe pods.`
    return { reason: 'RolloutStuck', message }
  }
  if (
    !facts?.observed ||
    facts.image !== rendering.servingImage ||
    facts.updated < facts.replicas ||
    facts.replicas === 0
  ) {
    const message = `Pods of ${image} are being started; this usually takes less than a minute.`
    return { reason: 'RollingOut', message }
  }
  const pods = seen.pods.filter(({ serving }) => serving)
  if (pods.some((pod) => proves(pod, seen))) return undefined
  const faults = pods.map((pod) => `${pod.pod}: ${pod.fault ?? 'does not yet have the key or the schema'}`)
  const state = faults.length === 0 ? 'no pod is ready yet' : faults.slice(0, 3).join('; ')
  const message = `No pod has proven that it serves: ${state}. This usually takes a few seconds; else see kubectl -n ${namespace} get pods.`
  return { reason: 'PodsUnproven', message }
}

/**
 * It is ready, has the schema that the database has, and its JWKS shows the key that signs. It may still sign with the
 * one before, which has not retired before every pod was seen to have ceased.
 */
export function proves(
  { answer, published }: PodSeen,
  { secrets, database }: Pick<Observed, 'secrets' | 'database'>,
): boolean {
  const active = secrets?.ledger && keyIn(secrets.ledger, 'Active')?.kid
  if (!answer?.ready || active === undefined) return false
  const schema = database?.state === 'seen' ? database.observed.database?.inside?.schemaVersion : undefined
  const schemaFits = schema === undefined || (answer.schemaVersion ?? 0) >= schema
  const signs = secrets?.ledger?.keys.find(({ kid }) => kid === answer.activeKid)?.phase
  return schemaFits && (signs === 'Active' || signs === 'Retiring') && (published ?? []).includes(active)
}
