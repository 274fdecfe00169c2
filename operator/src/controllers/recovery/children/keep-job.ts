import { createHash } from 'node:crypto'
import { annotation, keepJobName, label, manager } from '../../../api/v1alpha1/names.ts'
import { keepDocumentText } from '../../../backups/keep-document.ts'
import { wholeSeconds } from '../../../backups/object-name.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type OfflineObject } from '../../../providers/backups/offline-port.ts'
import { jobPod } from '../../backup/children/pod.ts'
import {
  annotationFile,
  claimedVolume,
  configDirectory,
  configMount,
  memoryFolder,
} from '../../backup/children/volumes.ts'
import { type JobsImage } from '../../backup/rendering.ts'
import { type OperatorIdentity } from '../../tenant/rendering.ts'

/** A ConfigMap holds 1 MiB at most. */
const mostPieceBytes = 900_000
const deadlineSeconds = 300

export interface KeepRendering {
  object: OfflineObject
  claimName: string
  /** Of its name: each try has a Job of its own. */
  suffix: string
  operator: Pick<OperatorIdentity, 'namespace'>
  jobs: JobsImage
}

const labels = {
  [label.component]: 'keep',
  'app.kubernetes.io/managed-by': manager,
  'app.kubernetes.io/part-of': 'kiavi',
}

/** Puts ciphertext on a volume, which only a pod can reach. Its pod waits until all pieces are there. */
export function keepJob({ object, claimName, suffix, operator, jobs }: KeepRendering): KubeObject {
  const { kind, installationID, folder, at, expiresAt, ciphertext } = object
  const pieces = piecesOf(ciphertext)
  const document = keepDocumentText({
    object: { kind, installationID, folder, at: wholeSeconds(at), expiresAt: wholeSeconds(expiresAt) },
    pieces: pieces.length,
    sha256: createHash('sha256').update(ciphertext).digest('hex'),
  })
  const names = pieces.map((_, piece) => pieceName({ object, suffix }, piece))
  const resources = { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: jobs.memory } }
  const volumeMounts = [
    configMount('job'),
    ...names.map((_, piece) => ({
      name: `piece-${piece}`,
      mountPath: `${configDirectory}/piece-${piece}`,
      readOnly: true,
    })),
    { name: 'private', mountPath: '/run/kiavi/private' },
    { name: 'volume', mountPath: '/var/lib/kiavi/store' },
  ]
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: keepJobName(folder, suffix), namespace: operator.namespace, labels },
    spec: {
      activeDeadlineSeconds: deadlineSeconds,
      // A further try reads again what is to be kept.
      backoffLimit: 0,
      template: {
        metadata: { labels, annotations: { [annotation.job]: document } },
        spec: jobPod(
          jobs,
          [{ name: 'keep', resources, volumeMounts }],
          [
            annotationFile('job', annotation.job, 'job.json'),
            ...names.map((name, piece) => ({
              name: `piece-${piece}`,
              configMap: { name, defaultMode: 0o444 },
            })),
            memoryFolder('private'),
            claimedVolume('volume', claimName),
          ],
        ),
      },
      // Its ConfigMaps go with it.
      ttlSecondsAfterFinished: deadlineSeconds,
    },
  }
}

/** The ciphertext in pieces, each of which goes with the Job. */
export function keepPieces(
  { object, suffix, operator }: Pick<KeepRendering, 'object' | 'suffix' | 'operator'>,
  job: KubeObject,
): KubeObject[] {
  const { name, uid = '' } = job.metadata
  return piecesOf(object.ciphertext).map((bytes, piece) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: pieceName({ object, suffix }, piece),
      namespace: operator.namespace,
      labels,
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }],
    },
    immutable: true,
    binaryData: { ciphertext: Buffer.from(bytes).toString('base64') },
  }))
}

const pieceName = ({ object, suffix }: Pick<KeepRendering, 'object' | 'suffix'>, piece: number) =>
  `${keepJobName(object.folder, suffix)}-${piece}`

const piecesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / mostPieceBytes) }, (_, at) =>
    bytes.subarray(at * mostPieceBytes, (at + 1) * mostPieceBytes),
  )
