import { annotation, installationSecret, label, sweepPolicyName } from '../../api/v1alpha1/names.ts'
import { tenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { parseBackupDocument } from '../../backups/documents.ts'
import { bundleName } from '../../backups/object-name.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { readRecord } from '../backup/installation.ts'
import { type ClassWithStore, hasStore, storeSecrets } from '../backup/rendering.ts'
import { type Run, readRun } from '../backup/run.ts'
import { sweepSlot } from '../backup/sweep/slot.ts'
import { compare } from '../tenant/compare/compare.ts'
import { decode } from '../tenant/secrets/data.ts'
import { classDigest } from './children/job.ts'
import { sweepPolicy } from './children/network-policy.ts'
import { judgeMemory } from './judge-memory.ts'
import { type SweepNeeds, type SweepObserved, type SweepPlace } from './observed.ts'
import { observeSweeps } from './observe/jobs.ts'
import { observeLiving } from './observe/living.ts'
import { type SweepPorts } from './ports.ts'

/** Every read of the world that a decision about one class's store needs. Changes nothing. */
export async function observeSweep(className: string, ports: SweepPorts): Promise<SweepObserved> {
  const { memory, installationID } = ports
  const now = ports.now()
  const object = memory.classes().find(({ metadata }) => metadata.name === className)
  const spec = tenantClassSpec.safeParse(object?.['spec'])
  const runs = runsOf(className, ports)
  const base = { now, installationID, className, runs, place: undefined }
  return spec.success && hasStore(spec.data)
    ? { ...base, place: await observePlace(className, spec.data, now, ports) }
    : base
}

/** Those that lie in the class's store; of one that does not say where, its tenant's class tells. */
function runsOf(className: string, { memory }: SweepPorts): Run[] {
  const classOf = new Map(memory.tenants().map((each) => [`${each.namespace}/${each.name}`, each.className]))
  return memory
    .backups()
    .map(readRun)
    .filter(({ namespace, spec, status }) => {
      const of = status.className ?? classOf.get(`${namespace}/${spec?.tenantName ?? ''}`)
      return of === className
    })
}

async function observePlace(
  className: string,
  tenantClass: ClassWithStore,
  now: Date,
  ports: SweepPorts,
): Promise<SweepPlace> {
  const { cluster, operator } = ports
  const [record, system, sweeps] = await Promise.all([
    cluster.get(kinds.Secret, { namespace: operator.namespace, name: installationSecret.record }),
    cluster.get(kinds.Namespace, { name: 'kube-system' }),
    observeSweeps(className, ports),
  ])
  const clusterID = system?.metadata.uid
  const slot = sweepSlot(className, now)
  const due = sweeps.isRunning || sweeps.slots.includes(slot.toISOString()) ? undefined : slot
  return {
    class: tenantClass,
    memory: judgeMemory(record, clusterID),
    ...{ clusterID, isRunning: sweeps.isRunning, ended: sweeps.ended, due },
    needs: due && (await observeNeeds(className, tenantClass, readRecord(record), ports)),
  }
}

async function observeNeeds(
  className: string,
  tenantClass: ClassWithStore,
  keys: ReturnType<typeof readRecord>,
  ports: SweepPorts,
): Promise<SweepNeeds> {
  if (keys === undefined) return { lacks: 'key' }
  if (keys === 'unreadable') return { lacks: 'record' }
  const { cluster, operator } = ports
  const { namespace } = operator
  for (const { name, keys: wanted } of storeSecrets(tenantClass.backups)) {
    const files = decode((await cluster.get(kinds.Secret, { namespace, name }))?.['data'])
    if (wanted.some((each) => (files[each] ?? '') === '')) return { lacks: 'secret' }
  }
  const policy = { namespace, name: sweepPolicyName(classDigest(className)) }
  const live = await cluster.get(kinds.NetworkPolicy, policy)
  const wanted = sweepPolicy({ className, class: tenantClass, operator })
  return {
    ...{ lacks: undefined, installationKeys: keys, running: runningNames(ports) },
    ...(await observeLiving(tenantClass, ports)),
    isPolicySettled: live !== undefined && compare(wanted, live).length === 0,
  }
}

/** Bundles of Jobs that have not ended, of any class. */
function runningNames({ memory, operator }: SweepPorts): string[] {
  return memory
    .list(kinds.Job, operator.namespace)
    .flatMap(({ projection: { labels, annotations, facts } }) => {
      const runs = facts.job?.succeeded === false && facts.job.failed === undefined
      if (!runs || labels[label.component] !== 'backup') return []
      try {
        return [bundleName(parseBackupDocument(annotations[annotation.job] ?? '').backup)]
      } catch {
        return []
      }
    })
}
