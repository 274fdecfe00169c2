/** A class with a store on a simulated cluster, whose sweeps are the real program over a real volume. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type BackupStatus } from '../../../../operator/src/api/v1alpha1/backup.ts'
import { type BackupName, bundleName, wholeSeconds } from '../../../../operator/src/backups/object-name.ts'
import { parseSweepDocument } from '../../../../operator/src/backups/sweep-document.ts'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { type SweepPorts } from '../../../../operator/src/controllers/sweep/ports.ts'
import { createSweepReconciler } from '../../../../operator/src/controllers/sweep/reconcile.ts'
import { readInstallationKeys } from '../../../../operator/src/backups/installation-key.ts'
import { failed, reportLine, succeeded } from '../../../../operator/src/jobs/report.ts'
import { sweepStore } from '../../../../operator/src/jobs/sweep/sweep-store.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'
import { testInstallation } from '../../../support/backup-bundle.ts'
import { putBackup, signedManifest } from '../../../support/backup-store/put-backup.ts'
import { namesIn } from '../../../support/lab-store.ts'
import { recipient, s3 } from '../backup/rendering.ts'
import { keyOf, SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { operator, tenantClass, tenantID } from '../tenant/world.ts'

export const minuteMs = 60_000
export const dayMs = 86_400_000
export const installationID = 'installation-1'

const installation = testInstallation()
const object = (apiVersion: string, kind: string, metadata: KubeObject['metadata'], more: object = {}) =>
  ({ ...{ apiVersion, kind, metadata }, ...more }) as KubeObject

/** `crashAt` counts the moments before and after each write. */
export function sweepWorld({ folder, crashAt = Infinity }: { folder: string; crashAt?: number }) {
  let moments = 0
  // The store's clock is the machine's.
  const began = Math.floor(Date.now() / 1000) * 1000
  let clock = began
  let serverDown = false
  const onServer = new Set<string>()
  const cluster = new SimulatedCluster((what) => {
    moments += 1
    if (moments === crashAt) throw new Error(`Crash ${what}.`)
  })
  const root = mkdtempSync(join(folder, 'store-'))
  const store = createVolumeStore({ root, prefix: '' })
  const home = { namespace: operator.namespace }
  const secret = (name: string, files: Record<string, string>) =>
    cluster.put(object('v1', 'Secret', { name, ...home }, { data: encode(files) }))
  const putClass = (change: object = {}) =>
    cluster.put(
      object(
        'kiavi.eu/v1alpha1',
        'KiaviTenantClass',
        { name: 'default' },
        {
          spec: tenantClass({ backups: { store: { s3 }, recoveryRecipient: recipient }, ...change }),
        },
      ),
    )
  putClass()
  cluster.put(object('v1', 'Namespace', { name: 'kube-system', uid: 'cluster-1' }))
  const record = { id: installationID, 'keys.json': JSON.stringify(installation.keys), cluster: 'cluster-1' }
  secret('installation', record)
  secret(s3.credentialsSecretName, { accessKeyID: 'id', secretAccessKey: 'key' })
  secret('database-admin', { username: 'admin', password: 'word' })
  const tenant = { namespace: 'customers', name: 'acme' }
  const addTenant = () =>
    cluster.put(
      object('kiavi.eu/v1alpha1', 'KiaviTenant', tenant, { status: { tenantID, className: 'default' } }),
    )
  addTenant()

  const of = (kind: string) => [...cluster.objects.values()].filter((each) => each.kind === kind)
  const ports: SweepPorts = {
    ...{ cluster, operator, installationID },
    memory: {
      classes: () => of('KiaviTenantClass'),
      list: (kind, namespace) =>
        of(kind.kind)
          .filter(({ metadata }) => metadata.namespace === namespace)
          .map((each) => ({ name: each.metadata.name, projection: project(each) })),
      backups: () => structuredClone(of('KiaviBackup')),
      tenants: () =>
        of('KiaviTenant').map(({ metadata, status }) => ({
          ...{ namespace: metadata.namespace ?? '', name: metadata.name },
          ...(status as { tenantID: string; className: string }),
        })),
    },
    database: {
      sweep: () =>
        serverDown
          ? Promise.reject(new Error('No route to host.'))
          : Promise.resolve(new Map([...onServer].map((id) => [id, 'digest']))),
    },
    checkKey: () => {
      throw new Error('No key is looked at here.')
    },
    now: () => new Date(clock),
    jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
  }
  // Jobs of the simulated cluster are done at once; ours run until a test runs them.
  const { create } = cluster
  cluster.create = async (kind, made) => {
    try {
      return await create(kind, made)
    } finally {
      const job = kind.kind === 'Job' ? cluster.objects.get(keyOf('Job', made.metadata)) : undefined
      if (job) cluster.put({ ...job, status: {} })
    }
  }
  const jobs = () => of('Job')
  const isRunning = ({ status }: KubeObject) => (status as { conditions?: object }).conditions === undefined
  const documentOf = (job: KubeObject) => {
    const { template } = job['spec'] as { template: { metadata: { annotations: Record<string, string> } } }
    return parseSweepDocument(template.metadata.annotations['kiavi.eu/job'] ?? '')
  }
  /** Runs every Job that waits. `unheard`: its pod is gone before anybody asks. */
  async function runJobs({ unheard = false, on = store } = {}): Promise<void> {
    for (const job of jobs().filter(isRunning)) {
      const order = documentOf(job)
      const keys = readInstallationKeys(order.installationKeys)
      const report = await sweepStore({ ...order, keys }, on, AbortSignal.timeout(10_000)).then(
        succeeded,
        failed,
      )
      const type = report.result === 'succeeded' ? 'Complete' : 'Failed'
      const at = wholeSeconds(new Date(clock))
      const status = {
        conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: at }],
      }
      cluster.put({ ...job, status })
      if (unheard) continue
      const terminated = { message: `${reportLine(report)}\n`, reason: 'Completed' }
      const labels = { 'batch.kubernetes.io/job-name': job.metadata.name }
      cluster.put(
        object(
          'v1',
          'Pod',
          { name: `${job.metadata.name}-x`, ...home, labels },
          {
            status: { containerStatuses: [{ name: 'sweep', state: { terminated } }] },
          },
        ),
      )
    }
  }
  const process = () => createSweepReconciler(ports)
  let reconcile = process()
  const backupName = (sequence: number, ageDays: number): BackupName => ({
    ...{ installationID, tenantID, sequence },
    startedAt: new Date(began - ageDays * dayMs),
    expiresAt: new Date(began + (30 - ageDays) * dayMs),
  })
  return {
    ...{ cluster, ports, store, jobs, documentOf, runJobs, putClass, secret, record, addTenant, tenant },
    moments: () => moments,
    look: () => reconcile('default'),
    /** A new process: nothing is remembered but what was written. */
    restart: () => {
      reconcile = process()
    },
    pass: (ms: number) => {
      clock += ms
    },
    now: () => new Date(clock),
    setServer: (tenantIDs: readonly string[] | 'down') => {
      serverDown = tenantIDs === 'down'
      onServer.clear()
      if (tenantIDs !== 'down') for (const id of tenantIDs) onServer.add(id)
    },
    backupName,
    /** A completed backup: in the store, and as a KiaviBackup. */
    async backedUp(sequence: number, ageDays: number): Promise<BackupName> {
      const name = backupName(sequence, ageDays)
      await putBackup(store, name, signedManifest(name, installation))
      cluster.put(
        object(
          'kiavi.eu/v1alpha1',
          'KiaviBackup',
          { name: `backup-${sequence}`, namespace: 'customers' },
          {
            spec: { tenantName: 'acme', reason: 'Manual' },
            status: {
              ...{ tenantID, className: 'default', sequence, object: bundleName(name) },
              expiresAt: wholeSeconds(name.expiresAt),
              conditions: [condition('True', 'Completed')],
            },
          },
        ),
      )
      return name
    },
    /** One that came to nothing. */
    ended(name: string, reason: 'Failed' | 'Skipped', madeAt: Date) {
      cluster.put(
        object(
          'kiavi.eu/v1alpha1',
          'KiaviBackup',
          { name, namespace: 'customers', creationTimestamp: madeAt.toISOString() },
          {
            spec: { tenantName: 'acme', reason: 'Manual' },
            status: { tenantID, className: 'default', conditions: [condition('False', reason)] },
          },
        ),
      )
    },
    backups: () => of('KiaviBackup').map(({ metadata }) => metadata.name),
    status: (name: string): BackupStatus | undefined =>
      cluster.objects.get(keyOf('KiaviBackup', { namespace: 'customers', name }))?.['status'] as BackupStatus,
    names: () => namesIn(store),
  }
}

const condition = (status: 'True' | 'False', reason: string) => ({
  ...{ type: 'Ready', status, reason, message: '' },
  ...{ lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 },
})
