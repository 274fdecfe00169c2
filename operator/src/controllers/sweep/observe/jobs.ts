import { annotation, label } from '../../../api/v1alpha1/names.ts'
import { parseSweepDocument } from '../../../backups/sweep-document.ts'
import { readSweepReport } from '../../../backups/sweep-report.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { factsOf } from '../../tenant/compare/facts.ts'
import { classDigest } from '../children/job.ts'
import { type EndedSweep } from '../observed.ts'
import { type SweepPorts } from '../ports.ts'

interface JobShape {
  template?: { metadata?: { annotations?: Record<string, string> } }
}
interface JobStatus {
  completionTime?: string
  conditions?: { type: string; status: string; lastTransitionTime?: string }[]
}
interface PodStatus {
  containerStatuses?: { name: string; state?: { terminated?: { message?: string; reason?: string } } }[]
}

/** The Jobs that swept a class's store in the last hours, and the end of the newest that has one. Read live. */
export async function observeSweeps(
  className: string,
  { cluster, operator: { namespace } }: Pick<SweepPorts, 'cluster' | 'operator'>,
): Promise<{ slots: string[]; isRunning: boolean; ended: EndedSweep | undefined }> {
  const labelSelector = `${label.classDigest}=${classDigest(className)}`
  const listed = await cluster.list(kinds.Job, { namespace, labelSelector })
  const jobs = listed
    .filter(({ metadata }) => metadata.annotations?.[annotation.className] === className)
    .sort((a, b) => (slotOf(a) < slotOf(b) ? 1 : -1))
  const isOver = (job: KubeObject) => {
    const facts = factsOf(job).job
    return facts?.succeeded === true || facts?.failed !== undefined
  }
  const newest = jobs.find(isOver)
  return {
    slots: jobs.map(slotOf),
    isRunning: jobs.some((job) => !isOver(job)),
    ended: newest && (await endOf(newest)),
  }

  async function endOf(job: KubeObject): Promise<EndedSweep> {
    const ofJob = `batch.kubernetes.io/job-name=${job.metadata.name}`
    const [pod] = await cluster.list(kinds.Pod, { namespace, labelSelector: ofJob })
    const { containerStatuses = [] } = (pod?.['status'] ?? {}) as PodStatus
    const { message = '', reason } =
      containerStatuses.find(({ name }) => name === 'sweep')?.state?.terminated ?? {}
    const failed = factsOf(job).job?.failed
    return {
      at: endedAt(job),
      asked: askedBy(job),
      end: { report: readSweepReport(message), failed, reason },
    }
  }
}

const slotOf = ({ metadata }: KubeObject): string => metadata.annotations?.[annotation.run] ?? ''

function endedAt({ metadata, status }: KubeObject): Date {
  const { completionTime, conditions = [] } = (status ?? {}) as JobStatus
  const failed = conditions.find((each) => each.type === 'Failed' && each.status === 'True')
  return new Date(completionTime ?? failed?.lastTransitionTime ?? metadata.creationTimestamp ?? 0)
}

/** What the Job was asked for stands in what it was told. One that another version wrote was asked for nothing. */
function askedBy(job: KubeObject): readonly string[] {
  const { template } = (job['spec'] ?? {}) as JobShape
  try {
    return parseSweepDocument(template?.metadata?.annotations?.[annotation.job] ?? '').asked
  } catch {
    return []
  }
}
