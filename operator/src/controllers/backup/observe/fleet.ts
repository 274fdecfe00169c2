import { annotation, label } from '../../../api/v1alpha1/names.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type FleetLook } from '../fleet.ts'
import { type BackupPorts } from '../ports.ts'
import { isEnded, readRun, reasonOf } from '../run.ts'

/** What is remembered of the backups of a class. */
export function observeFleet(
  className: string,
  atOnce: number,
  { memory, operator }: Pick<BackupPorts, 'memory' | 'operator'>,
): FleetLook {
  const of = new Map(
    memory
      .tenants()
      .flatMap((tenant) =>
        tenant.className === className && tenant.tenantID !== undefined
          ? [[`${tenant.namespace}/${tenant.name}`, tenant.tenantID] as const]
          : [],
      ),
  )
  const runs = memory.backups().flatMap((object) => {
    const run = readRun(object)
    const tenantID = of.get(`${run.namespace}/${run.spec?.tenantName ?? ''}`)
    return tenantID === undefined ? [] : [{ run, tenantID }]
  })
  const lastBegan = new Map<string, Date>()
  for (const { run, tenantID } of runs) {
    const began = new Date(run.status.startedAt ?? Number.NaN)
    if (began > (lastBegan.get(tenantID) ?? new Date(0))) lastBegan.set(tenantID, began)
  }
  const waiting = runs
    // Only who has said that nothing else keeps it: others would hold a place that they cannot take.
    .filter(({ run }) => reasonOf(run) === 'Queued' && !isEnded(run) && !run.deleting)
    .map(({ run, tenantID }) => ({
      ...{ tenantID, name: run.name, since: run.createdAt },
      reason: run.spec?.reason ?? 'Manual',
    }))
  const running = memory
    .list(kinds.Job, operator.namespace)
    .filter(
      ({ projection: { labels, annotations, facts } }) =>
        labels[label.component] === 'backup' &&
        annotations[annotation.className] === className &&
        facts.job?.succeeded === false &&
        facts.job.failed === undefined,
    )
    .flatMap(({ projection }) => projection.labels[label.tenantID] ?? [])
  return { waiting, running: new Set(running), atOnce, lastBegan }
}
