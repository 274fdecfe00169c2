import { type RestoreWork, annotation, masterSecret, restoreJobName } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { jobObject } from '../../backup/children/job-object.ts'
import { databaseAccess, pipe, privateFolder, storeAccess } from '../../backup/children/mounts.ts'
import { type JobContainer, jobPod } from '../../backup/children/pod.ts'
import { annotationFile, configMount, diskFolder, secretFiles } from '../../backup/children/volumes.ts'
import { componentOf } from '../plan/work.ts'
import { type RestoreRendering } from '../rendering.ts'
import { asideRuntime } from './aside-runtime.ts'
import { asideDocument, findDocument, loadDocument, probeDocument, replayDocument } from './documents.ts'
import { journalFiles } from './journal.ts'

type Pod = ReturnType<typeof jobPod>

const mebibyte = 2 ** 20
/** So long each may take; while it is replayed nobody is served. */
const deadlines: Record<RestoreWork, number> = { find: 900, load: 6 * 3600, replay: 900, drill: 1800 }

/** One Job of a restore. */
export function restoreJob(rendering: RestoreRendering, work: RestoreWork): KubeObject {
  const { tenantID, current, className, operator, tenant } = rendering
  return jobObject({
    ...{ tenantID, operator, className, owner: tenant.owner },
    name: restoreJobName(tenantID, current.number, work),
    component: componentOf(work),
    run: current.restore.uid,
    document: documents[work](rendering),
    files: componentOf(work) === 'aside' ? { [annotation.tenantDocument]: asideDocument(rendering) } : {},
    deadlineSeconds: deadlines[work],
    pod: pods[work](rendering),
  })
}

const documents: Record<RestoreWork, (rendering: RestoreRendering) => string> = {
  find: findDocument,
  load: loadDocument,
  replay: replayDocument,
  drill: probeDocument,
}

const job = annotationFile('job', annotation.job, 'job.json')
const jobMount = configMount('job')

/** Lists what lies in the store. Knows no database, and nothing that decrypts. */
function findPod({ class: tenantClass, jobs }: RestoreRendering): Pod {
  const [store, own] = [storeAccess(tenantClass), privateFolder('find')]
  const find = container(jobs, 'find', [jobMount, ...store.mounts, ...own.mounts])
  return jobPod(jobs, [find], [job, ...store.volumes, ...own.volumes])
}

/**
 * `fetch` holds the store's credential and sees ciphertext only; `load` holds the identity of the tenant whose backup it
 * is, and the database aside, and knows no store.
 */
function loadPod({ tenantID, current, class: tenantClass, jobs }: RestoreRendering): Pod {
  const { bytes = 0, tenantID: source = tenantID } = current.of ?? {}
  const room = `${Math.ceil((bytes * 1.02) / mebibyte) + 64}Mi`
  const [store, database] = [storeAccess(tenantClass), databaseAccess(tenantID, 'owner', tenantClass)]
  const identity = secretFiles('identity', masterSecret.backups(source), { identity: 'identity.txt' })
  const [ofFetch, ofLoad] = [privateFolder('fetch'), privateFolder('load')]
  const fetch = container(jobs, 'fetch', [jobMount, ...store.mounts, ...pipe.mounts, ...ofFetch.mounts])
  const load = container(jobs, 'load', [
    ...[jobMount, ...database.mounts, configMount('identity'), ...pipe.mounts, ...ofLoad.mounts],
    { name: 'spool', mountPath: '/var/lib/kiavi/spool' },
  ])
  load.resources.requests['ephemeral-storage'] = room
  return jobPod(
    jobs,
    [fetch, load],
    [
      ...[job, ...store.volumes, ...database.volumes, identity, ...pipe.volumes],
      ...[...ofFetch.volumes, ...ofLoad.volumes, diskFolder('spool', room)],
    ],
  )
}

/** First the migrations of the image that will serve it, then what the journal says. */
function replayPod(rendering: RestoreRendering): Pod {
  const { tenantID, current, class: tenantClass, jobs, journalParts } = rendering
  const { migrate, volumes } = asideRuntime(rendering)
  const [database, own] = [databaseAccess(tenantID, 'owner', tenantClass), privateFolder('replay')]
  const journal = journalFiles(current.of?.tenantID ?? tenantID, journalParts)
  const replay = container(jobs, 'replay', [jobMount, ...database.mounts, ...journal.mounts, ...own.mounts])
  return jobPod(jobs, [replay], [job, ...volumes, ...database.volumes, ...journal.volumes, ...own.volumes], {
    first: [migrate],
    pullSecretName: tenantClass.runtime.imagePullSecretName,
  })
}

/**
 * The runtime of the tenant on the database aside, with a key that was made in the pod and ends with it; and somebody who
 * signs up and in. Nothing of it is reached from outside, and nothing but the database from within.
 */
function drillPod(rendering: RestoreRendering): Pod {
  const { class: tenantClass, jobs } = rendering
  const { key, migrate, runtime, volumes, keyVolume, appVolume } = asideRuntime(rendering)
  const own = privateFolder('probe')
  const probe = container(jobs, 'probe', [jobMount, ...own.mounts])
  return jobPod(jobs, [probe], [job, ...volumes, keyVolume, appVolume, ...own.volumes], {
    first: [key, migrate, runtime],
    pullSecretName: tenantClass.runtime.imagePullSecretName,
  })
}

const pods: Record<RestoreWork, (rendering: RestoreRendering) => Pod> = {
  find: findPod,
  load: loadPod,
  replay: replayPod,
  drill: drillPod,
}

const container = (
  { memory }: RestoreRendering['jobs'],
  name: string,
  volumeMounts: JobContainer['volumeMounts'],
): JobContainer => ({
  name,
  resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory } },
  volumeMounts,
})
