import {
  type RestoreWork,
  annotation,
  label,
  restoreJobName,
  restorePolicyName,
} from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { readAnyReport, readProgress } from '../../backup/job-report.ts'
import { type ClassWithStore } from '../../backup/rendering.ts'
import { compare } from '../../tenant/compare/compare.ts'
import { factsOf } from '../../tenant/compare/facts.ts'
import { type Tenant } from '../../tenant/tenant.ts'
import { restorePolicy } from '../children/network-policy.ts'
import { type NamedEnd } from '../judge-end.ts'
import { type CurrentRestore, type Phase } from '../ledger.ts'
import { type JobSeen } from '../observed.ts'
import { componentOf } from '../plan/work.ts'
import { type RestorePorts } from '../ports.ts'

interface About {
  tenant: Tenant
  tenantID: string
  class: ClassWithStore
  current: CurrentRestore
}

interface ContainerStatus {
  name: string
  state?: { terminated?: { message?: string; reason?: string; exitCode?: number } }
}

/** The work of each phase that has one. */
export const workOf: Partial<Record<Phase, RestoreWork>> = {
  Finding: 'find',
  Filling: 'load',
  Trying: 'drill',
  Replaying: 'replay',
}
const works = Object.values(workOf)

/** The Job of a phase and its pod, read live. `askProgress`: it has not been told for a while. */
export async function observeJob(
  about: About,
  work: RestoreWork,
  ports: RestorePorts,
  askProgress: boolean,
): Promise<JobSeen> {
  const { cluster, operator } = ports
  const { namespace } = operator
  const name = restoreJobName(about.tenantID, about.current.number, work)
  const job = await cluster.get(kinds.Job, { namespace, name })
  if (!job) return { state: 'absent', isPolicySettled: await isPolicySettled(about, work, ports) }
  if (!isOurs(job, about)) return { state: 'foreign' }
  const labelSelector = `batch.kubernetes.io/job-name=${name}`
  const [pod] = await cluster.list(kinds.Pod, { namespace, labelSelector })
  const facts = factsOf(job).job
  if (facts?.succeeded === true || facts?.failed !== undefined)
    return { state: 'ended', end: { failed: facts.failed, containers: pod ? endsOf(pod) : [] } }
  const line =
    askProgress && pod && work === 'load'
      ? await ports.lastLine({ namespace, pod: pod.metadata.name, container: 'load' })
      : undefined
  const progress = line === undefined ? undefined : readProgress(line)
  return { state: 'running', bytes: progress?.bytes, table: progress?.table }
}

/** Jobs of the restore that may still be at work, or on their way out. */
export async function runningJobs(about: About, { cluster, operator }: RestorePorts): Promise<KubeObject[]> {
  const found = await Promise.all(
    works.map((work) => {
      const name = restoreJobName(about.tenantID, about.current.number, work)
      return cluster.get(kinds.Job, { namespace: operator.namespace, name })
    }),
  )
  return found.flatMap((job) => {
    const facts = job && factsOf(job).job
    const isAtWork = facts && !facts.succeeded && facts.failed === undefined
    return isAtWork && isOurs(job, about) && job.metadata.deletionTimestamp === undefined ? [job] : []
  })
}

const isOurs = ({ metadata: { labels, annotations } }: KubeObject, { tenantID, current }: About): boolean =>
  labels?.[label.tenantID] === tenantID && annotations?.[annotation.run] === current.restore.uid

function endsOf({ status }: KubeObject): NamedEnd[] {
  const { initContainerStatuses = [], containerStatuses = [] } = (status ?? {}) as {
    initContainerStatuses?: ContainerStatus[]
    containerStatuses?: ContainerStatus[]
  }
  return [...initContainerStatuses, ...containerStatuses].map(({ name, state }) => {
    const { message = '', reason, exitCode } = state?.terminated ?? {}
    return { name, report: readAnyReport(message), reason, exitCode }
  })
}

async function isPolicySettled(
  { tenant, tenantID, class: tenantClass }: About,
  work: RestoreWork,
  { cluster, operator }: RestorePorts,
): Promise<boolean> {
  const component = componentOf(work)
  const name = restorePolicyName(tenantID, component)
  const live = await cluster.get(kinds.NetworkPolicy, { namespace: operator.namespace, name })
  const wanted = restorePolicy({ tenantID, owner: tenant, class: tenantClass, operator }, component)
  return live !== undefined && compare(wanted, live).length === 0
}
