import { type KubeObject } from '../../../kube/port.ts'
import { type FleetLook } from '../../backup/fleet.ts'
import { type WaitingRun } from '../../backup/next-runs.ts'
import { type RestorePorts } from '../ports.ts'

/** Drills of a class that run at the same time: they read whole backups, and nobody waits for them. */
const drillsAtOnce = 2

/** A KiaviRestore as far as all of them are looked at: they are many. */
interface Glance extends KubeObject {
  spec?: { tenantName?: string; mode?: string }
  status?: { startedAt?: string; step?: string; conditions?: { type?: string; reason?: string }[] }
}

/** What is remembered of the drills of a class. */
export function observeFleet(className: string, { memory }: Pick<RestorePorts, 'memory'>): FleetLook {
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
  const running = new Set<string>()
  for (const { metadata, spec, status } of memory.restores() as Glance[]) {
    const tenantID = of.get(`${metadata.namespace ?? ''}/${spec?.tenantName ?? ''}`)
    if (tenantID === undefined || spec?.mode !== 'Drill') continue
    const began = new Date(status?.startedAt ?? Number.NaN)
    if (began > (lastBegan.get(tenantID) ?? new Date(0))) lastBegan.set(tenantID, began)
    const reason = status?.conditions?.find(({ type }) => type === 'Ready')?.reason
    if (reason === 'Running') running.add(tenantID)
    // Only who has said that nothing else keeps it: others would hold a place that they cannot take.
    if (reason !== 'AwaitingRoom' || metadata.deletionTimestamp !== undefined) continue
    const since = new Date(metadata.creationTimestamp ?? 0)
    waiting.push({ ...{ tenantID, name: metadata.name, since }, reason: 'Scheduled' })
  }
  return { waiting, running, atOnce: drillsAtOnce, lastBegan }
}
