import { annotation, label } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type FleetLook } from '../fleet.ts'
import { type WaitingRun } from '../next-runs.ts'
import { type BackupPorts } from '../ports.ts'
import { readRun } from '../run.ts'

/** A KiaviBackup as far as all of them are looked at: they are many. */
interface Glance extends KubeObject {
  spec?: { tenantName?: string }
  status?: { startedAt?: string; conditions?: { type?: string; reason?: string }[] }
}

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
  const lastBegan = new Map<string, Date>()
  const waiting: WaitingRun[] = []
  for (const object of memory.backups()) {
    const { spec, status, metadata } = object as Glance
    const tenantID = of.get(`${metadata.namespace ?? ''}/${spec?.tenantName ?? ''}`)
    if (tenantID === undefined) continue
    const began = new Date(status?.startedAt ?? Number.NaN)
    if (began > (lastBegan.get(tenantID) ?? new Date(0))) lastBegan.set(tenantID, began)
    // Only who has said that nothing else keeps it: others would hold a place that they cannot take.
    if (!status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === 'Queued')) continue
    const run = readRun(object)
    if (run.deleting) continue
    waiting.push({
      ...{ tenantID, name: run.name, since: run.createdAt },
      reason: run.spec?.reason ?? 'Manual',
    })
  }
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
