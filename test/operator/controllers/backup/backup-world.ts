/** A tenant with a store and its backups on a simulated cluster, where Jobs run as a test says. */
import { randomBytes } from 'node:crypto'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { type BackupStatus } from '../../../../operator/src/api/v1alpha1/backup.ts'
import { parseBackupDocument } from '../../../../operator/src/backups/documents.ts'
import { bundleName, wholeSeconds } from '../../../../operator/src/backups/object-name.ts'
import { type BackupLedger } from '../../../../operator/src/controllers/backup/ledger.ts'
import { readBackupMaster } from '../../../../operator/src/controllers/backup/master.ts'
import { type BackupPorts } from '../../../../operator/src/controllers/backup/ports.ts'
import { createBackupReconciler } from '../../../../operator/src/controllers/backup/reconcile.ts'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { keyOf, SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { operator, tenantClass, tenantID } from '../tenant/world.ts'
import { recipient, s3 } from './rendering.ts'

export const name = { namespace: 'customers', name: 'acme' }
export const minuteMs = 60_000

/** What a Job's two containers say last. */
export type Fate = (document: ReturnType<typeof parseBackupDocument>) => {
  dump?: object | undefined
  store?: object | undefined
  failed?: string
  reason?: string
}

export const facts = ({ backup: of }: ReturnType<typeof parseBackupDocument>) => ({
  object: bundleName(of),
  sequence: of.sequence,
  startedAt: wholeSeconds(of.startedAt),
  completedAt: wholeSeconds(of.startedAt),
  expiresAt: wholeSeconds(of.expiresAt),
  ...{
    schemaVersion: 3,
    users: 12,
    bytes: 1000,
    sha256: 'a'.repeat(64),
    plaintextBytes: 900,
    tables: 9,
    rows: 40,
  },
})
const succeeded = (more: object) => ({ result: 'succeeded', facts: more })
export const succeeds: Fate = (document) => {
  // The store's container tells where it lies, too.
  const stored = { ...facts(document), version: 'v1', storedAt: '2026-01-01T00:00:00.000Z' }
  return { dump: succeeded(facts(document)), store: succeeded(stored) }
}
export const fails: Fate = () => ({
  dump: { result: 'failed', code: 'TOOL_FAILED', message: 'pg_dump ended with exit code 1.' },
  store: { result: 'failed', code: 'PEER_FAILED', message: 'pg_dump ended with exit code 1.' },
  failed: 'BackoffLimitExceeded',
})

const object = (
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  more: object = {},
): KubeObject => ({ ...{ apiVersion, kind, metadata }, ...more })

interface WorldOptions {
  crashAt?: number
  atOnce?: number
  /** Told before and after each write to the cluster; may throw. */
  wrote?: (what: string) => void
}

/** `crashAt` counts the moments before and after each write. */
export function backupWorld({ crashAt = Infinity, atOnce = 4, wrote }: WorldOptions = {}) {
  let moments = 0
  let clock = Date.UTC(2026, 0, 1, 12)
  const cluster = new SimulatedCluster((what: string) => {
    moments += 1
    wrote?.(what)
    if (moments === crashAt) throw new Error(`Crash ${what}.`)
  })
  const backups = { store: { s3 }, recoveryRecipient: recipient, atOnce }
  const operators = { namespace: operator.namespace }
  cluster.put(
    object('kiavi.eu/v1alpha1', 'KiaviTenantClass', { name: 'default' }, { spec: tenantClass({ backups }) }),
  )
  const installation = encode({ id: 'installation-1' })
  cluster.put(object('v1', 'Secret', { name: 'installation', ...operators }, { data: installation }))
  const credentials = encode({ accessKeyID: 'id', secretAccessKey: 'key' })
  cluster.put(object('v1', 'Secret', { name: s3.credentialsSecretName, ...operators }, { data: credentials }))
  const addTenant = (of: { namespace: string; name: string }, id: string) =>
    cluster.put(
      object('kiavi.eu/v1alpha1', 'KiaviTenant', of, {
        spec: { className: 'default', host: `${of.name}.acme.eu` },
        status: {
          ...{ tenantID: id, className: 'default' },
          database: { provisionedAt: '2026-01-01T09:00:00Z' },
        },
      }),
    )
  addTenant(name, tenantID)
  const of = (kind: string) => [...cluster.objects.values()].filter((each) => each.kind === kind)
  const ofTenant = ({ spec, metadata }: KubeObject, { namespace, name: tenant }: typeof name) =>
    metadata.namespace === namespace && (spec as { tenantName: string }).tenantName === tenant
  const ports: BackupPorts = {
    ...{ cluster, operator, random: randomBytes, installationID: 'installation-1' },
    memory: {
      classes: () => of('KiaviTenantClass'),
      list: (kind, namespace) =>
        of(kind.kind)
          .filter(({ metadata }) => metadata.namespace === namespace)
          .map((each) => ({ name: each.metadata.name, projection: project(each) })),
      backups: () => structuredClone(of('KiaviBackup')),
      backupsOf: (tenant) => structuredClone(of('KiaviBackup').filter((each) => ofTenant(each, tenant))),
      tenants: () =>
        of('KiaviTenant').map(({ metadata, status }) => ({
          ...{ namespace: metadata.namespace ?? '', name: metadata.name },
          ...(status as { tenantID: string; className: string }),
        })),
    },
    recorder: { event: () => {} },
    lastLine: () => Promise.resolve('{"progress":{"bytes":512,"table":"auth.users"}}'),
    now: () => new Date(clock),
    monotonic: () => clock,
    jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
  }
  // Jobs of the simulated cluster are done at once; ours run until a test ends them.
  const { create } = cluster
  const podOf = (job: KubeObject, status: object) => {
    const labels = { ...job.metadata.labels, 'batch.kubernetes.io/job-name': job.metadata.name }
    cluster.put(object('v1', 'Pod', { name: `${job.metadata.name}-x`, ...operators, labels }, { status }))
  }
  cluster.create = async (kind, made) => {
    try {
      return await create(kind, made)
    } finally {
      const job = kind.kind === 'Job' ? cluster.objects.get(keyOf('Job', made.metadata)) : undefined
      if (job) {
        cluster.put({ ...job, status: {} })
        podOf(job, {})
      }
    }
  }
  const jobs = () => of('Job')
  const isRunning = (job: KubeObject) => (job['status'] as { conditions?: object }).conditions === undefined
  function endJobs(fate: Fate): void {
    for (const job of jobs().filter(isRunning)) {
      const ends = fate(parseBackupDocument(job.metadata.annotations?.['kiavi.eu/job'] ?? ''))
      const type = ends.failed === undefined ? 'Complete' : 'Failed'
      cluster.put({ ...job, status: { conditions: [{ type, status: 'True', reason: ends.failed }] } })
      const state = (report: object | undefined) => ({
        terminated: { message: report ? JSON.stringify(report) : '', reason: ends.reason ?? 'Completed' },
      })
      podOf(job, {
        containerStatuses: [
          { name: 'dump', state: state(ends.dump) },
          { name: 'store', state: state(ends.store) },
        ],
      })
    }
  }
  const process = () => createBackupReconciler(ports)
  let reconcile = process()
  return {
    ...{ cluster, ports, jobs, endJobs, addTenant, moments: () => moments },
    look: (tenant = name) => reconcile(tenant),
    /** A new process: nothing is remembered but what was written. */
    restart: () => {
      reconcile = process()
    },
    pass: (ms: number) => {
      clock += ms
    },
    ask: (run: string, { tenant = name, spec = {} }: { tenant?: typeof name; spec?: object } = {}) =>
      cluster.put(
        object(
          'kiavi.eu/v1alpha1',
          'KiaviBackup',
          { name: run, namespace: tenant.namespace },
          {
            spec: { tenantName: tenant.name, reason: 'Manual', ...spec },
          },
        ),
      ),
    runs: () => of('KiaviBackup').map(({ metadata }) => metadata.name),
    status: (run: string): BackupStatus =>
      cluster.objects.get(keyOf('KiaviBackup', { namespace: name.namespace, name: run }))?.['status'] ?? {},
    ledger: (): BackupLedger => {
      const where = { namespace: operator.namespace, name: masterSecret.backups(tenantID) }
      const secret = cluster.objects.get(keyOf('Secret', where))
      const master = secret && readBackupMaster(secret)
      if (!master) throw new Error('There is no ledger.')
      return master.ledger
    },
  }
}

export const readyOf = ({ conditions }: BackupStatus) => {
  const { status, reason } = conditions?.find(({ type }) => type === 'Ready') ?? {}
  return `${status ?? 'none'}/${reason ?? 'none'}`
}
