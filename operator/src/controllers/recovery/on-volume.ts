import { type Cluster, type KubeObject } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { type OfflineObject, type OfflineStored } from '../../providers/backups/offline-port.ts'
import { readAnyReport } from '../backup/job-report.ts'
import { type JobsImage } from '../backup/rendering.ts'
import { OperatorError } from '../errors.ts'
import { factsOf } from '../tenant/compare/facts.ts'
import { type OperatorIdentity } from '../tenant/rendering.ts'
import { keepJob, keepPieces } from './children/keep-job.ts'

interface VolumePorts {
  cluster: Cluster
  random: (bytes: number) => Uint8Array
  pause: (milliseconds: number) => Promise<void>
  operator: OperatorIdentity
  jobs: JobsImage
}

const lookEveryMs = 1_000
/** Longer than a Job may take: Kubernetes ends it before. */
const mostLooks = 330

/**
 * Puts ciphertext on a class's volume by a Job. Whatever is left of it when the operator crashes goes by itself; at the
 * worst the object is stored, and then once more under another number.
 */
export function createOnVolume({ cluster, random, pause, operator, jobs }: VolumePorts) {
  const { namespace } = operator

  async function put(
    { claimName }: { claimName: string },
    object: OfflineObject,
    signal?: AbortSignal,
  ): Promise<OfflineStored> {
    const suffix = Buffer.from(random(5)).toString('hex')
    const rendering = { object, claimName, suffix, operator, jobs }
    const job = await cluster.create(kinds.Job, keepJob(rendering))
    // Job first: they go with it, so that nothing of them stays behind.
    for (const piece of keepPieces(rendering, job)) await cluster.create(kinds.ConfigMap, piece)
    for (let looks = 0; looks < mostLooks; looks += 1) {
      signal?.throwIfAborted()
      const live = await cluster.get(kinds.Job, { namespace, name: job.metadata.name })
      const facts = live && factsOf(live).job
      if (!live || facts?.succeeded === true || facts?.failed !== undefined)
        return storedBy(await messageOf(job.metadata.name), facts?.failed)
      await pause(lookEveryMs)
    }
    throw failed('It had not ended after five minutes.')
  }

  async function messageOf(job: string): Promise<string> {
    const labelSelector = `batch.kubernetes.io/job-name=${job}`
    const [pod] = await cluster.list(kinds.Pod, { namespace, labelSelector })
    return terminationOf(pod)
  }

  return { put }
}

function storedBy(message: string, because: string | undefined): OfflineStored {
  const report = readAnyReport(message)
  if (report?.result === 'failed') throw failed(report.message)
  const { name, number, version } = report?.facts ?? {}
  if (typeof name !== 'string' || typeof number !== 'number')
    throw failed(because === undefined ? 'Its pod was gone before it could be heard.' : `${because}.`)
  return { name, number, version: typeof version === 'string' ? version : undefined }
}

interface ContainerStatus {
  state?: { terminated?: { message?: string } }
}

function terminationOf(pod: KubeObject | undefined): string {
  const { containerStatuses = [] } = (pod?.['status'] ?? {}) as { containerStatuses?: ContainerStatus[] }
  return containerStatuses[0]?.state?.terminated?.message ?? ''
}

const failed = (why: string) =>
  new OperatorError('KEEP_FAILED', `The Job that puts it on the class's volume failed. ${why}`, {
    retry: 'backoff',
  })
