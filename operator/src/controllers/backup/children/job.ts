import { annotation, backupJobName, installationSecret } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { type BackupRendering } from '../rendering.ts'
import { backupDocument } from './document.ts'
import { jobObject } from './job-object.ts'
import { databaseAccess, pipe, privateFolder, storeAccess } from './mounts.ts'
import { jobPod } from './pod.ts'
import { annotationFile, configMount, secretFiles } from './volumes.ts'

const deadlineSeconds = 6 * 3600

/**
 * One attempt of a backup. `dump` reads the database and knows no store; `store` holds the store's credential and sees
 * ciphertext only; a socket in memory joins them. Neither mounts what decrypts.
 */
export function backupJob(rendering: BackupRendering): KubeObject {
  const { of, run, owner, className, class: tenantClass, operator, jobs } = rendering
  const { tenantID, sequence } = of
  const resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: jobs.memory } }
  const database = databaseAccess(tenantID, 'backup', tenantClass)
  const key = secretFiles('installation-key', installationSecret.key, { 'private.pem': 'private.pem' })
  const store = storeAccess(tenantClass)
  const [ofDump, ofStore] = [privateFolder('dump'), privateFolder('store')]
  const job = annotationFile('job', annotation.job, 'job.json')
  return jobObject({
    ...{ tenantID, operator, owner, className, run, deadlineSeconds },
    name: backupJobName(tenantID, sequence),
    component: 'backup',
    document: backupDocument(rendering),
    pod: jobPod(
      jobs,
      [
        {
          ...{ name: 'dump', resources },
          volumeMounts: [
            configMount('job'),
            ...database.mounts,
            configMount('installation-key'),
            ...pipe.mounts,
            ...ofDump.mounts,
          ],
        },
        {
          ...{ name: 'store', resources },
          volumeMounts: [configMount('job'), ...store.mounts, ...pipe.mounts, ...ofStore.mounts],
        },
      ],
      [
        job,
        ...[database.volumes, [key], store.volumes, pipe.volumes, ofDump.volumes, ofStore.volumes].flat(),
      ],
    ),
  })
}
