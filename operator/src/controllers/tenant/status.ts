import { child, databaseNames, tenantNamespace } from '../../api/v1alpha1/names.ts'
import { type TenantStatus } from '../../api/v1alpha1/tenant.ts'
import { type Verdict, mergeConditions, timestamp } from '../conditions.ts'
import { canonical } from '../canonical.ts'
import { podSelector } from './children/meta.ts'
import { keyStatus } from './keys/key-status.ts'
import { type Observed, childKey } from './observed.ts'
import { isMigrated } from './plan/children.ts'
import { type Plan } from './plan.ts'
import { askedRotation, termsOf } from './keys/decide-for.ts'
import { issuerOf } from './rendering.ts'
import { type Tenant } from './tenant.ts'

/** The status to store. Facts that were true once (an ID, a provisioning, an rpId) are never taken back. */
export function nextStatus(
  tenant: Tenant,
  seen: Observed | undefined,
  plan: Plan,
  verdicts: readonly Verdict[],
  now: Date,
): TenantStatus {
  const { status, generation } = tenant
  const conditions = mergeConditions(status.conditions ?? [], verdicts, { now, generation })
  const base: TenantStatus = { ...status, observedGeneration: generation, conditions }
  const { rendering } = plan
  if (!rendering || !seen) return base
  const holds = (type: string) =>
    verdicts.some((verdict) => verdict.type === type && verdict.status === 'True')
  return {
    ...base,
    namespace: tenantNamespace(rendering.tenantID),
    issuer: issuerOf(rendering.spec.host),
    // Passkeys are made from the moment that people can reach the tenant.
    ...(status.rpId !== undefined || holds('Ready') ? { rpId: rendering.rpId } : {}),
    database: databaseStatus(tenant, seen, plan, { ready: holds('DatabaseReady'), now }),
    ...keysStatus(tenant, seen, plan),
    ...backupsStatus(status.backups, seen),
    ...runtimeStatus(rendering, seen, status.runtime?.version),
  }
}

function databaseStatus(
  tenant: Tenant,
  seen: Observed,
  { rendering }: Plan,
  { ready, now }: { ready: boolean; now: Date },
): NonNullable<TenantStatus['database']> {
  const old = tenant.status.database ?? {}
  if (!rendering) return old
  const { host, port } = rendering.class.database
  const inside = seen.database?.state === 'seen' ? seen.database.observed.database?.inside : undefined
  const schemaVersion = inside?.schemaVersion ?? old.schemaVersion
  const provisionedAt = old.provisionedAt ?? (ready ? timestamp(now) : undefined)
  const migratedImage = isMigrated(tenant, rendering, seen)
    ? rendering.class.runtime.image
    : old.migratedImage
  return {
    server: `${host}:${port}`,
    name: databaseNames(rendering.tenantID).database,
    ...(provisionedAt === undefined ? {} : { provisionedAt }),
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(migratedImage === undefined ? {} : { migratedImage }),
  }
}

/** A key that was recorded stays on record even when it cannot be found. */
function keysStatus(tenant: Tenant, { secrets }: Observed, { rendering }: Plan): Pick<TenantStatus, 'keys'> {
  if (!secrets?.ledger || !rendering) return {}
  const { tenantID, spec } = rendering
  const about = { tenantID, terms: termsOf(spec), rotation: askedRotation(tenant) }
  return { keys: keyStatus(secrets.ledger, about) }
}

/** A backup that was completed stays on record, also while the ledger cannot be read. */
function backupsStatus(
  old: TenantStatus['backups'],
  { backups: note, restores }: Pick<Observed, 'backups' | 'restores'>,
): Pick<TenantStatus, 'backups'> {
  if (!note && !restores) return {}
  const { newest, nextAt } = note ?? { newest: undefined, nextAt: dateOf(old?.nextAt) }
  const proven = restores?.proven
  const known = {
    ...old,
    nextAt: nextAt && timestamp(nextAt),
    ...(newest && { lastSequence: newest.sequence, lastAt: newest.startedAt }),
    ...(proven && {
      provenAt: timestamp(new Date(proven.at)),
      provenSequence: proven.sequence,
      recoverySeconds: proven.recoverySeconds,
    }),
  }
  const { nextAt: next, ...rest } = known
  const backups = next === undefined ? rest : { ...rest, nextAt: next }
  return Object.keys(backups).length === 0 ? {} : { backups }
}

const dateOf = (instant: string | undefined) => (instant === undefined ? undefined : new Date(instant))

function runtimeStatus(
  rendering: NonNullable<Plan['rendering']>,
  { children, pods }: Observed,
  before: string | undefined,
): Pick<TenantStatus, 'runtime'> {
  const facts = children.get(childKey('Deployment', child.runtime))?.facts.deployment
  const selector = Object.entries(podSelector(rendering.tenantID, 'runtime'))
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
  if (!facts) return {}
  // Pods of a rollout under way disagree: the version stands until they are of one mind.
  const versions = new Set(pods.flatMap(({ serving, answer }) => (serving ? (answer?.version ?? []) : [])))
  const version = versions.size === 1 ? [...versions][0] : before
  return {
    runtime: {
      image: facts.image,
      ...(version === undefined ? {} : { version }),
      ...{ replicas: facts.replicas, readyReplicas: facts.ready, selector },
    },
  }
}

/** The merge patch that makes the old status the new one; `undefined` when they are the same. */
export function statusPatch<Status extends object>(
  old: Status,
  next: Status,
): Record<string, unknown> | undefined {
  if (canonical(old) === canonical(next)) return undefined
  return mergePatch(old, next) as Record<string, unknown>
}

/** RFC 7396: what is gone becomes null, lists are replaced whole. */
function mergePatch(old: unknown, next: unknown): unknown {
  if (!isRecord(old) || !isRecord(next)) return next
  const gone = Object.keys(old).filter((name) => next[name] === undefined)
  const changed = Object.entries(next).filter(([name, value]) => canonical(value) !== canonical(old[name]))
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...changed.map(([name, value]) => [name, mergePatch(old[name], value)] as const),
  ])
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
