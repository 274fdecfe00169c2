import { tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type Child, groundwork, optionalKinds, serving } from '../children/children.ts'
import { migrationJob, migrationJobName } from '../children/migration-job.ts'
import { type Observed, childKey } from '../observed.ts'
import { type Rendering } from '../rendering.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type Step } from '../steps.ts'
import { type Tenant } from '../tenant.ts'
import { child } from '../../../api/v1alpha1/names.ts'
import { type Ruling, remark } from './ruling.ts'

/** Makes an object, or puts it back: decided again, on a live read, when it is done. */
export function ensure({ kind, object }: Child, { children, isSettled, missingKinds }: Observed): Step[] {
  if (missingKinds.has(kind.kind)) return []
  const projection = children.get(childKey(kind.kind, object.metadata.name))
  return projection && isSettled(object, projection) ? [] : [{ do: 'ensure', kind, object }]
}

/** What stands before any pod does. */
export const planGroundwork = (rendering: Rendering, seen: Observed): Ruling => ({
  steps: groundwork(rendering).flatMap((each) => ensure(each, seen)),
  findings: [],
  stop: false,
})

/** The migrations of the class's image were applied to this database. */
export function isMigrated(tenant: Tenant, rendering: Rendering, { children }: Observed): boolean {
  if (tenant.status.database?.migratedImage === rendering.class.runtime.image) return true
  return children.get(childKey('Job', migrationJobName(rendering)))?.facts.job?.succeeded ?? false
}

/** Runs the migration Job of the class's image, once. */
export function planMigration(tenant: Tenant, rendering: Rendering, seen: Observed): Ruling {
  if (isMigrated(tenant, rendering, seen)) return { steps: [], findings: [], stop: false }
  const name = migrationJobName(rendering)
  const failed = seen.children.get(childKey('Job', name))?.facts.job?.failed
  if (failed !== undefined) {
    return remark({
      reason: 'MigrationFailed',
      message: `Migrating the database to ${rendering.class.runtime.image} failed (${failed}); what served before goes on serving. Read why: kubectl -n ${tenantNamespace(rendering.tenantID)} logs job/${name}. It is tried anew ten minutes after it failed.`,
    })
  }
  const job = { kind: kinds.Job, object: migrationJob(rendering) }
  return { steps: ensure(job, seen), findings: [], stop: false }
}

/** What serves and leads there. Pods come last: they need a schema, and a database that is on record. */
export function planServing(tenant: Tenant, rendering: Rendering, seen: Observed): Ruling {
  const schemaThere =
    isMigrated(tenant, rendering, seen) || tenant.status.database?.migratedImage !== undefined
  const podsMay = schemaThere && tenant.status.database?.provisionedAt !== undefined
  const wanted = serving(rendering)
  const steps = wanted
    .filter(({ kind }) => podsMay || kind.kind !== 'Deployment')
    .flatMap((each) => ensure(each, seen))
  const surplus = optionalKinds
    .filter((kind) => !wanted.some((each) => each.kind.kind === kind.kind))
    .filter((kind) => seen.children.has(childKey(kind.kind, child.runtime)))
    .map((kind): Step => ({
      do: 'remove',
      kind,
      name: { namespace: tenantNamespace(rendering.tenantID), name: child.runtime },
    }))
  return { steps: [...steps, ...surplus], findings: [], stop: false }
}
