/** A tenant with backups and its restores on a simulated cluster, where Jobs run as a test says. */
import { randomBytes } from 'node:crypto'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { type RestoreStatus } from '../../../../operator/src/api/v1alpha1/restore.ts'
import { makeAgeIdentity } from '../../../../operator/src/backups/age-identity.ts'
import {
  expectedOf,
  parseFindDocument,
  parseReplayDocument,
  parseRestoreDocument,
} from '../../../../operator/src/backups/documents.ts'
import {
  installationKey,
  makeInstallationKey,
  readInstallationKey,
} from '../../../../operator/src/backups/installation-key.ts'
import { type BackupName, bundleName, wholeSeconds } from '../../../../operator/src/backups/object-name.ts'
import { type BackupLedger, ledgerFile } from '../../../../operator/src/controllers/backup/ledger.ts'
import { type RestoreLedger } from '../../../../operator/src/controllers/restore/ledger.ts'
import { readRestores } from '../../../../operator/src/controllers/restore/master.ts'
import { type RestorePorts } from '../../../../operator/src/controllers/restore/ports.ts'
import { createRestoreReconciler } from '../../../../operator/src/controllers/restore/reconcile.ts'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { generatePasswords } from '../../../../operator/src/providers/database/passwords.ts'
import { s3 } from '../backup/rendering.ts'
import { keyOf, SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { operator, tenantClass, tenantID } from '../tenant/world.ts'
import { SimulatedAside } from './simulated-aside.ts'

export const name = { namespace: 'customers', name: 'acme' }
export const minuteMs = 60_000
export const dayMs = 86_400_000
const start = Date.UTC(2026, 0, 1, 12)
const sha256 = 'a'.repeat(64)

export const backupOf = (sequence: number, of = tenantID): BackupName => ({
  ...{ installationID: 'installation-1', tenantID: of, sequence },
  startedAt: new Date(Date.UTC(2026, 0, sequence)),
  expiresAt: new Date(Date.UTC(2026, 1, sequence)),
})

const said = (container: string, report: object | undefined, exitCode = 0) => ({
  name: container,
  state: { terminated: { message: report ? JSON.stringify(report) : '', reason: 'Completed', exitCode } },
})
const succeeded = (facts: object) => ({ result: 'succeeded', facts })

/** What the containers of a Job say last; `undefined`: it goes on. */
export type Fate = (work: string, job: KubeObject) => { failed?: string; says: object[] } | undefined

const documentOf = ({ metadata }: KubeObject) => metadata.annotations?.['kiavi.eu/job'] ?? ''

export const succeeds: Fate = (work, job) => {
  switch (work) {
    case 'find': {
      const { folder, sequence } = parseFindDocument(documentOf(job))
      const names = [2, 1].filter((each) => sequence === undefined || each === sequence)
      const found = names.map((each) => `${bundleName(backupOf(each, folder.tenantID))}=1000`).join(' ')
      return { says: [said('find', succeeded({ found, more: 0 }))] }
    }
    case 'load': {
      const { object } = expectedOf(parseRestoreDocument(documentOf(job)))
      const facts = { object, sha256, bytes: 1000, users: 12 }
      return { says: [said('fetch', succeeded(facts)), said('load', succeeded(facts))] }
    }
    case 'replay':
      parseReplayDocument(documentOf(job))
      return { says: [said('migrate', undefined), said('replay', succeeded({ erased: 3, users: 9 }))] }
    default:
      return { says: [said('probe', succeeded({}))] }
  }
}

/** As `succeeds`, but for one kind of Job. */
export const failsAt =
  (which: string): Fate =>
  (work, job) => {
    if (work !== which) return succeeds(work, job)
    const report = { result: 'failed', code: 'BUNDLE_DAMAGED', message: 'The bundle is damaged.' }
    const who = work === 'drill' ? 'probe' : work
    const echo = { result: 'failed', code: 'PEER_FAILED', message: 'The other one failed.' }
    return { failed: 'BackoffLimitExceeded', says: [said('fetch', echo), said(who, report, 1)] }
  }

const object = (
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  more: object = {},
): KubeObject => ({ ...{ apiVersion, kind, metadata }, ...more })

const kiavi = 'kiavi.eu/v1alpha1'

/** `crashAt` counts the moments before and after each write. */
export function restoreWorld({ crashAt = Infinity, drillEveryDays = 0 } = {}) {
  let moments = 0
  let clock = start
  /** Entries that wait in the outbox. */
  let waiting = 2
  let holdsPeople = false
  const wrote = (what: string) => {
    moments += 1
    if (moments === crashAt) throw new Error(`Crash ${what}.`)
  }
  const cluster = new SimulatedCluster(wrote)
  const aside = new SimulatedAside(wrote)
  const system = { namespace: operator.namespace }
  const secret = (of: string, files: Record<string, string>, annotations = {}) =>
    cluster.put(object('v1', 'Secret', { name: of, ...system, annotations }, { data: encode(files) }))
  const identity = makeAgeIdentity(randomBytes)
  const backups = { store: { s3 }, recoveryRecipient: identity.recipient }
  cluster.put(object(kiavi, 'KiaviTenantClass', { name: 'default' }, { spec: tenantClass({ backups }) }))
  const pem = makeInstallationKey(randomBytes)
  const keys = JSON.stringify({ keys: [installationKey(readInstallationKey(pem))] })
  secret('installation', { id: 'installation-1', 'keys.json': keys })
  secret('database-admin', { username: 'kiavi', password: 'secret' })
  secret(s3.credentialsSecretName, { accessKeyID: 'id', secretAccessKey: 'key' })
  const ready = (status: string, reason: string) => [
    { type: 'Ready', status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]
  const addTenant = (of: { namespace: string; name: string }, id: string) => {
    secret(masterSecret.database(id), { ...generatePasswords(randomBytes) })
    return cluster.put(
      object(kiavi, 'KiaviTenant', of, {
        spec: { className: 'default', host: `${of.name}.acme.eu`, backups: { drillEveryDays } },
        status: {
          ...{ tenantID: id, className: 'default', conditions: ready('True', 'Serving') },
          database: {
            ...{ provisionedAt: '2026-01-01T09:00:00Z', schemaVersion: 3 },
            migratedImage: 'kiavi/runtime:1',
          },
        },
      }),
    )
  }
  /** What opens a tenant's backups, of which two were made; without a ledger it came from a recovery set. */
  const addBackups = (id = tenantID, { namespace = 'customers', remembers = true } = {}) => {
    const newest = backupOf(2, id)
    const ledger: BackupLedger = {
      ...{ sequence: 2, slots: [] },
      newest: {
        ...{ sequence: 2, object: bundleName(newest), sha256 },
        ...{ startedAt: wholeSeconds(newest.startedAt), expiresAt: wholeSeconds(newest.expiresAt) },
      },
    }
    const files = remembers ? { ...identity, 'ledger.json': ledgerFile(ledger) } : identity
    secret(masterSecret.backups(id), { ...files }, { 'kiavi.eu/owner': `${namespace}/gone` })
    if (!remembers) return
    for (const sequence of [1, 2])
      cluster.put(
        object(
          kiavi,
          'KiaviBackup',
          { name: `${id}-${sequence}`, namespace },
          {
            spec: { tenantName: 'acme', reason: 'Manual' },
            status: {
              ...{ tenantID: id, sequence, object: bundleName(backupOf(sequence, id)), sha256, bytes: 1000 },
              conditions: ready('True', 'Completed'),
            },
          },
        ),
      )
  }
  addTenant(name, tenantID)
  addBackups()
  const of = (kind: string) => [...cluster.objects.values()].filter((each) => each.kind === kind)
  const ofTenant = ({ spec, metadata }: KubeObject, { namespace, name: tenant }: typeof name) =>
    metadata.namespace === namespace && (spec as { tenantName: string }).tenantName === tenant
  const events: string[] = []
  const ports: RestorePorts = {
    ...{ cluster, aside, operator, random: randomBytes, installationID: 'installation-1' },
    memory: {
      classes: () => of('KiaviTenantClass'),
      list: (kind, namespace) =>
        of(kind.kind)
          .filter(({ metadata }) => metadata.namespace === namespace)
          .map((each) => ({ name: each.metadata.name, projection: project(each) })),
      backups: () => structuredClone(of('KiaviBackup')),
      backupsOf: () => [],
      restores: () => structuredClone(of('KiaviRestore')),
      restoresOf: (tenant) => structuredClone(of('KiaviRestore').filter((each) => ofTenant(each, tenant))),
      tenants: () =>
        of('KiaviTenant').map(({ metadata, status }) => ({
          ...{ namespace: metadata.namespace ?? '', name: metadata.name },
          ...(status as { tenantID: string; className: string }),
        })),
    },
    recorder: { event: (_about, _type, reason) => events.push(reason) },
    lastLine: () => Promise.resolve('{"progress":{"bytes":512}}'),
    outbox: { readJournal: () => Promise.resolve(waiting > 0 ? [{} as never] : []) },
    drain: () => {
      wrote('before drain')
      // As long as people are served, more comes.
      waiting = aside.own?.marker?.fence ? 0 : 1
      wrote('after drain')
      return Promise.resolve()
    },
    holdsPeople: () => Promise.resolve(holdsPeople),
    checkKey: () => {},
    fence: () => {},
    now: () => new Date(clock),
    monotonic: () => clock,
    jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
  }
  // Jobs of the simulated cluster are done at once; ours run until a test ends them.
  const { create } = cluster
  const podOf = (job: KubeObject, status: object) => {
    const labels = { ...job.metadata.labels, 'batch.kubernetes.io/job-name': job.metadata.name }
    cluster.put(object('v1', 'Pod', { name: `${job.metadata.name}-x`, ...system, labels }, { status }))
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
  const workOf = (job: KubeObject) => job.metadata.name.split('-').at(-1) ?? ''
  const isRunning = (job: KubeObject) => (job['status'] as { conditions?: object }).conditions === undefined
  function endJobs(fate: Fate): void {
    for (const job of jobs().filter(isRunning)) {
      const work = workOf(job)
      const ends = fate(work, job)
      if (!ends) continue
      const number = Number(job.metadata.name.split('-').at(-2))
      const filled = aside.databases.find((each) => each.kind === 'aside' && each.number === number)
      if (work === 'load' && filled && !filled.isPrepared) throw new Error('It was not prepared.')
      if (work === 'load' && filled && ends.failed === undefined) filled.holds = 'a backup'
      if (work === 'replay' && filled && ends.failed === undefined) filled.holds = 'a backup, replayed'
      const type = ends.failed === undefined ? 'Complete' : 'Failed'
      cluster.put({ ...job, status: { conditions: [{ type, status: 'True', reason: ends.failed }] } })
      podOf(job, { containerStatuses: ends.says })
    }
  }
  /** What the tenant's own controller does: it tells of the fence, and proves what serves. */
  function tenantLooks(of = name): void {
    const live = cluster.objects.get(keyOf('KiaviTenant', of))!
    const serves = aside.own !== undefined && aside.own.marker?.fence === undefined
    const conditions = serves ? ready('True', 'Serving') : ready('False', 'DatabaseFenced')
    cluster.put({ ...live, status: { ...(live['status'] as object), conditions } })
  }
  const process = () => createRestoreReconciler(ports)
  let reconcile = process()
  return {
    ...{ cluster, aside, ports, jobs, endJobs, addTenant, addBackups, tenantLooks, events },
    moments: () => moments,
    look: (tenant = name) => reconcile(tenant),
    /** A new process: nothing is remembered but what was written. */
    restart: () => {
      reconcile = process()
    },
    pass: (ms: number) => {
      clock += ms
    },
    isDrained: () => waiting === 0,
    signUp: () => {
      holdsPeople = true
    },
    ask: (restore: string, spec: object = {}, tenant = name) =>
      cluster.put(
        object(
          kiavi,
          'KiaviRestore',
          { name: restore, namespace: tenant.namespace },
          {
            spec: { tenantName: tenant.name, mode: 'InPlace', sourceTenantID: tenantID, ...spec },
          },
        ),
      ),
    restores: () => of('KiaviRestore').map(({ metadata }) => metadata.name),
    status: (restore: string): RestoreStatus =>
      cluster.objects.get(keyOf('KiaviRestore', { namespace: name.namespace, name: restore }))?.['status'] ??
      {},
    ledger: (id = tenantID): RestoreLedger | undefined => {
      const where = { namespace: operator.namespace, name: masterSecret.restores(id) }
      const live = cluster.objects.get(keyOf('Secret', where))
      return live && readRestores(live)
    },
  }
}

export type RestoreWorld = ReturnType<typeof restoreWorld>

/** Looks, ends Jobs and lets the tenant's controller look, until nothing changes any more. */
export async function settle(one: RestoreWorld, fate: Fate = succeeds): Promise<void> {
  for (let looks = 0; looks < 40; looks += 1) {
    const { error } = await one.look()
    // A process that crashed comes back with nothing in its memory.
    if (error?.message.startsWith('Crash')) one.restart()
    else if (error) throw error
    one.endJobs(fate)
    one.tenantLooks()
  }
}

export const readyOf = ({ conditions }: RestoreStatus) => {
  const { status, reason } = conditions?.find(({ type }) => type === 'Ready') ?? {}
  return `${status ?? 'none'}/${reason ?? 'none'}`
}

export const messageOf = ({ conditions }: RestoreStatus) =>
  conditions?.find(({ type }) => type === 'Ready')?.message ?? ''
