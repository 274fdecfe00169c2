import { annotation, finalizer } from '../../api/v1alpha1/names.ts'
import { isTrue } from '../conditions.ts'
import { wantedClaims } from './claims.ts'
import { type Observed } from './observed.ts'
import { planAdoption } from './plan/adoption.ts'
import { notAllowed } from './plan/allowed.ts'
import { isMigrated, planGroundwork, planMigration, planServing } from './plan/children.ts'
import { planClaims, surplusClaims } from './plan/claims.ts'
import { planTenantDatabase } from './plan/database.ts'
import { planDelivery } from './plan/delivery.ts'
import { heldBack } from './plan/growth.ts'
import { planKeys } from './plan/keys.ts'
import { planNamespace } from './plan/namespace.ts'
import { identityOf } from './plan/orphans.ts'
import { pauseOf } from './plan/paused.ts'
import { relyingParty } from './plan/relying-party.ts'
import { type Ruling, halt, inOrder, nothing, remark, todo } from './plan/ruling.ts'
import { planMounts, planPasswords } from './plan/secrets.ts'
import { type OperatorIdentity, type Rendering } from './rendering.ts'
import { type Tenant } from './tenant.ts'

export interface Plan extends Ruling {
  /** What the children are made from; absent while that cannot be known. */
  rendering: Rendering | undefined
}

/** What to do now, in order, and what stands in the way. Pure: the same tenant and the same world, the same plan. */
export function plan(tenant: Tenant, seen: Observed, operator: OperatorIdentity, now: Date): Plan {
  const without = (ruling: Ruling): Plan => ({ ...ruling, rendering: undefined })
  if (isReleased(tenant))
    return without(tenant.finalizers.includes(finalizer) ? todo({ do: 'removeFinalizer' }) : halt())
  const pause = pauseOf(tenant, now)
  if (pause && 'until' in pause) return without(halt())
  const remarks = [...(pause ? [pause.finding] : []), ...deletionRemark(tenant)]
  const { spec } = tenant
  if (!spec) {
    const message = `The spec does not say what this version understands: ${tenant.specFaults}`.slice(0, 1000)
    return without(halt(...remarks, { reason: 'SpecUnreadable', message }))
  }
  if ('finding' in seen.class) return without(halt(...remarks, seen.class.finding))
  const party = relyingParty(tenant, spec, seen)
  if (party.finding) remarks.push(party.finding)
  if (party.stop) return without(halt(...remarks))
  const { tenantID } = tenant.status
  if (tenantID === undefined) {
    const ruling = planIdentity(tenant, spec, seen.class, seen)
    return without({ ...ruling, findings: [...remarks, ...ruling.findings] })
  }
  const rendering = render(tenant, spec, seen.class.spec, { tenantID, rpId: party.rpId, operator, seen })
  const ruling = inOrder(
    () => remark(...remarks),
    () => planTenant(tenant, rendering, { seen, now }),
  )
  return { ...ruling, rendering }
}

/** A person gave the object up: its annotation names the tenant, or nothing was ever made. */
export function isReleased({ deleting, annotations, status }: Tenant): boolean {
  return deleting && (status.tenantID === undefined || annotations[annotation.release] === status.tenantID)
}

function deletionRemark({ deleting, status }: Tenant): Ruling['findings'] {
  if (!deleting) return []
  const message = `The object was deleted, which ends no tenant: it goes on serving. To let the object go and keep the data as an orphan annotate ${annotation.release}=${status.tenantID ?? ''}; to keep the tenant apply it again afterwards with spec.adoptTenantID: ${status.tenantID ?? ''}.`
  return [{ reason: 'DeletedWithoutTermination', message }]
}

function planIdentity(
  tenant: Tenant,
  spec: NonNullable<Tenant['spec']>,
  tenantClass: Exclude<Observed['class'], { finding: unknown }>,
  seen: Observed,
): Ruling {
  const refusal = notAllowed(tenantClass.name, tenantClass.spec, {
    namespace: tenant.namespace,
    host: spec.host,
  })
  if (refusal) return halt(refusal)
  return inOrder(
    () => guards(tenant, seen),
    () => blockedBySecrets(seen),
    () => (seen.database?.state === 'unreachable' ? halt(seen.database.finding) : nothing),
    () => {
      const identity = identityOf(tenant, spec, seen)
      if ('finding' in identity) return halt(identity.finding)
      const adopt = identity.mint === 'fresh' ? undefined : identity.mint
      return todo({ do: 'mintTenantID', className: tenantClass.name, adopt })
    },
  )
}

/** Finalizer and guard label stand before there is anything to guard. */
function guards(tenant: Tenant, { customerNamespace }: Observed): Ruling {
  const finalizers = tenant.finalizers.includes(finalizer) || tenant.deleting
  const guarded = customerNamespace === undefined || customerNamespace.guarded || customerNamespace.deleting
  return todo(
    ...(finalizers ? [] : [{ do: 'addFinalizer' } as const]),
    ...(guarded ? [] : [{ do: 'guardCustomerNamespace' } as const]),
  )
}

const blockedBySecrets = ({ classSecrets }: Observed): Ruling =>
  classSecrets?.finding ? halt(classSecrets.finding) : nothing

function planTenant(
  tenant: Tenant,
  rendering: Rendering,
  { seen, now }: { seen: Observed; now: Date },
): Ruling {
  const { claims, secrets } = seen
  if (!claims || !secrets) return nothing
  const wanted = wantedClaims(rendering.spec, rendering.rpId)
  const provisioned = tenant.status.database?.provisionedAt !== undefined
  const database = planTenantDatabase(tenant, rendering, seen)
  // A database that was there and cannot be asked stops nothing but what concerns it.
  const unreachable = seen.database?.state === 'unreachable' && provisioned
  // Keys do not wait for a database: a revoke is wanted at once.
  const keys = unreachable && !secrets.ledger ? nothing : planKeys(tenant, rendering, secrets, { seen, now })
  const keysLost = keys.findings.length > 0 || (unreachable && !secrets.ledger)
  const pullSecret = rendering.class.runtime.imagePullSecretName !== undefined
  return inOrder(
    () => blockedBySecrets(seen),
    () => (database.stop && !unreachable ? database : nothing),
    () => guards(tenant, seen),
    () => planClaims(tenant, wanted, claims, rendering.operator),
    () => planNamespace(rendering, seen),
    () => (unreachable ? nothing : planPasswords(secrets)),
    () => (unreachable ? remark(...database.findings) : database),
    () => keys,
    () => planMounts(secrets, { pullSecret, keysLost }),
    () => planGroundwork(rendering, seen),
    () => (unreachable ? nothing : planMigration(tenant, rendering, seen)),
    () => planServing(tenant, rendering, seen),
    () => (secrets.ledger ? planDelivery(secrets.ledger, seen) : nothing),
    () => planAdoption(tenant, seen),
    () =>
      isTrue(tenant.status.conditions, 'Ready') && tenant.status.observedGeneration === tenant.generation
        ? todo(...surplusClaims(wanted, claims).map((claim) => ({ do: 'dropClaim', claim }) as const))
        : nothing,
  )
}

interface Around {
  tenantID: string
  rpId: string
  operator: OperatorIdentity
  seen: Observed
}

function render(
  tenant: Tenant,
  spec: NonNullable<Tenant['spec']>,
  tenantClass: Rendering['class'],
  { tenantID, rpId, operator, seen }: Around,
): Rendering {
  const rendering: Rendering = {
    tenantID,
    installationID: seen.installationID,
    owner: { namespace: tenant.namespace, name: tenant.name },
    spec,
    class: tenantClass,
    rpId,
    servingImage: tenantClass.runtime.image,
    databaseCA: seen.classSecrets?.databaseCA,
    held: heldBack({ tenantID, spec, class: tenantClass }, seen),
    operator,
  }
  // What serves stays on its image until the migrations of the new one were applied.
  const before = tenant.status.database?.migratedImage
  return isMigrated(tenant, rendering, seen) || before === undefined
    ? rendering
    : { ...rendering, servingImage: before }
}
