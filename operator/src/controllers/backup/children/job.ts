import { annotation, backupJobName, installationSecret, masterSecret } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { ownerAnnotation, tenantLabels } from '../../tenant/children/meta.ts'
import { type BackupRendering } from '../rendering.ts'
import { backupDocument } from './document.ts'
import { jobPod } from './pod.ts'
import { storeVolumes } from './store-volumes.ts'
import { type Mount, annotationFile, configMount, memoryFolder, secretFiles } from './volumes.ts'

/** After so long a backup has failed, whatever it was doing. */
const deadlineSeconds = 6 * 3600
/** So long its log can be read, and its end be put on record by an operator that was away. */
const keptSeconds = 2 * 86_400

/**
 * One attempt of a backup. `dump` reads the database and knows no store; `store` holds the store's credential and sees
 * ciphertext only; a socket in memory joins them. Neither mounts what decrypts.
 */
export function backupJob(rendering: BackupRendering): KubeObject {
  const { of, run, owner, className, operator } = rendering
  const { tenantID, sequence } = of
  const labels = tenantLabels(tenantID, 'backup')
  const document = backupDocument(rendering)
  const { volumes, dump, store } = volumesOf(rendering)
  const resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: rendering.jobs.memory } }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: backupJobName(tenantID, sequence),
      namespace: operator.namespace,
      labels,
      annotations: {
        ...ownerAnnotation(owner),
        [annotation.className]: className,
        [annotation.job]: document,
        [annotation.run]: run,
      },
    },
    spec: {
      activeDeadlineSeconds: deadlineSeconds,
      // A further attempt has a number, and a Job, of its own.
      backoffLimit: 0,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      suspend: false,
      template: {
        metadata: {
          labels,
          annotations: {
            [annotation.job]: document,
            // What is moved to another node has to begin anew.
            'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
          },
        },
        spec: jobPod(
          rendering.jobs,
          [
            { name: 'dump', resources, volumeMounts: dump },
            { name: 'store', resources, volumeMounts: store },
          ],
          volumes,
        ),
      },
      ttlSecondsAfterFinished: keptSeconds,
    },
  }
}

interface Volumes {
  volumes: { name: string }[]
  dump: Mount[]
  store: Mount[]
}

function volumesOf({ of, class: { database, backups } }: BackupRendering): Volumes {
  const stored = storeVolumes(backups)
  const pipe = { name: 'pipe', mountPath: '/run/kiavi/pipe' }
  const mountedBy = (name: 'dump' | 'store', folders: readonly string[]): Mount[] => [
    configMount('job'),
    ...folders.map(configMount),
    pipe,
    { name: `private-${name}`, mountPath: '/run/kiavi/private' },
  ]
  const databaseCA = database.caSecretName
  return {
    volumes: [
      annotationFile('job', annotation.job, 'job.json'),
      secretFiles('database', masterSecret.database(of.tenantID), { backup: 'password' }),
      secretFiles('installation-key', installationSecret.key, { 'private.pem': 'private.pem' }),
      ...(databaseCA === undefined ? [] : [secretFiles('database-ca', databaseCA, { 'ca.crt': 'ca.crt' })]),
      ...stored.volumes,
      ...[pipe.name, 'private-dump', 'private-store'].map(memoryFolder),
    ],
    dump: mountedBy('dump', [
      'database',
      'installation-key',
      ...(databaseCA === undefined ? [] : ['database-ca']),
    ]),
    store: [...mountedBy('store', []), ...stored.mounts],
  }
}
