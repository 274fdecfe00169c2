import { annotation, backupJobName, backupPolicyName, label } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { factsOf } from '../../tenant/compare/facts.ts'
import { compare } from '../../tenant/compare/compare.ts'
import { backupPolicy } from '../children/network-policy.ts'
import { readProgress, readReport } from '../job-report.ts'
import { type ContainerEnd } from '../judge-end.ts'
import { type JobSeen, type Place } from '../observed.ts'
import { type BackupPorts } from '../ports.ts'

interface ContainerStatus {
  name?: string
  state?: { terminated?: { message?: string; reason?: string } }
}

/** The Job of an attempt and its pod, read live. `askProgress`: it has not been told for a while. */
export async function observeJob(
  place: Pick<Place, 'tenant' | 'tenantID' | 'class'>,
  attempt: { sequence: number; run: string },
  ports: BackupPorts,
  askProgress: boolean,
): Promise<JobSeen> {
  const { cluster, operator } = ports
  const { namespace } = operator
  const name = backupJobName(place.tenantID, attempt.sequence)
  const job = await cluster.get(kinds.Job, { namespace, name })
  if (!job) return { state: 'absent', isPolicySettled: await isPolicySettled(place, ports) }
  const { labels, annotations } = job.metadata
  if (labels?.[label.tenantID] !== place.tenantID || annotations?.[annotation.run] !== attempt.run)
    return { state: 'foreign' }
  const pod = await podOf(name, ports)
  const facts = factsOf(job).job
  if (facts?.succeeded === true || facts?.failed !== undefined) {
    const end = (container: string) => pod && endOf(pod, container)
    return { state: 'ended', end: { failed: facts.failed, dump: end('dump'), store: end('store') } }
  }
  const podName = pod?.metadata.name
  const line =
    askProgress && podName !== undefined
      ? await ports.lastLine({ namespace, pod: podName, container: 'dump' })
      : undefined
  return { state: 'running', progress: line === undefined ? undefined : readProgress(line) }
}

async function podOf(job: string, { cluster, operator }: BackupPorts): Promise<KubeObject | undefined> {
  const labelSelector = `batch.kubernetes.io/job-name=${job}`
  const [pod] = await cluster.list(kinds.Pod, { namespace: operator.namespace, labelSelector })
  return pod
}

function endOf(pod: KubeObject, container: string): ContainerEnd {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as { containerStatuses?: ContainerStatus[] }
  const { message = '', reason } =
    containerStatuses.find(({ name }) => name === container)?.state?.terminated ?? {}
  return { report: readReport(message), reason }
}

async function isPolicySettled(
  { tenant, tenantID, class: tenantClass }: Pick<Place, 'tenant' | 'tenantID' | 'class'>,
  { cluster, operator }: BackupPorts,
): Promise<boolean> {
  const live = await cluster.get(kinds.NetworkPolicy, {
    namespace: operator.namespace,
    name: backupPolicyName(tenantID),
  })
  const wanted = backupPolicy({ tenantID, owner: tenant, class: tenantClass, operator })
  return live !== undefined && compare(wanted, live).length === 0
}
