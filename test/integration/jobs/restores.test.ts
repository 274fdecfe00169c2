/** Backups, restores and drills as the operator runs them, on a real server, every container a process. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { masterSecret } from '../../../operator/src/api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { createBackupReconciler } from '../../../operator/src/controllers/backup/reconcile.ts'
import { createJournalReconciler } from '../../../operator/src/controllers/journal/reconcile.ts'
import { createRestoreReconciler } from '../../../operator/src/controllers/restore/reconcile.ts'
import { project } from '../../../operator/src/controllers/tenant/compare/projection.ts'
import { decode, encode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { type DatabaseServer } from '../../../operator/src/providers/database/port.ts'
import { createPostgresql } from '../../../operator/src/providers/database/postgresql.ts'
import { readMigrations } from '../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../runtime/src/db/migrator.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { freePorts } from '../../cluster/free-ports.ts'
import { keyOf, SimulatedCluster } from '../../operator/controllers/tenant/simulated-cluster.ts'
import { operator, tenantClass } from '../../operator/controllers/tenant/world.ts'
import { runPod } from '../../support/pod-process.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'
import { asServer, tenantOn } from '../providers/database/tenant-database.ts'

const name = { namespace: 'customers', name: 'acme' }
const kiavi = 'kiavi.eu/v1alpha1'
const migrations = new URL('../../../runtime/src/db/migrations/', import.meta.url)
const image = 'kiavi/runtime:1'

describe('restores and drills on PostgreSQL 18', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-restores-'))
  const provider = createPostgresql({ random: randomBytes })
  const cluster = new SimulatedCluster(() => {})
  let postgres: PostgresServer
  let server: DatabaseServer
  let tenant: ReturnType<typeof tenantOn>
  let port: number
  let look: { backups: () => Promise<unknown>; restores: () => Promise<{ error: Error | undefined }> }

  const put = (apiVersion: string, kind: string, metadata: KubeObject['metadata'], more: object) =>
    cluster.put({ ...{ apiVersion, kind, metadata }, ...more })
  const secret = (of: string, files: Record<string, string>) =>
    put('v1', 'Secret', { name: of, namespace: operator.namespace }, { data: encode(files) })
  const of = (kind: string) => [...cluster.objects.values()].filter((each) => each.kind === kind)
  const statusOf = (kind: string, object: string) =>
    (cluster.objects.get(keyOf(kind, { ...name, name: object }))?.['status'] ?? {}) as Record<
      string,
      unknown
    > & {
      conditions?: { type: string; status: string; reason: string; message: string }[]
    }
  const readyOf = (kind: string, object: string) => {
    const { status, reason, message } = statusOf(kind, object).conditions?.[0] ?? {}
    return status === 'True' ? 'True' : `${status ?? ''} ${reason ?? ''} ${message ?? ''}`
  }
  const asOwner = async (sql: string, values: unknown[] = []) => {
    const { owner, database } = tenant.names
    const client = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    try {
      return (await client.query<{ name: string }>(sql, values)).rows
    } finally {
      await client.end()
    }
  }
  const signUp = (person: string) =>
    asOwner(
      `INSERT INTO auth.users (id, handle, name, created_at) VALUES (gen_random_uuid(), $1, $2, now())`,
      [...[randomBytes(64), person]],
    )
  const people = async () =>
    (await asOwner('SELECT name FROM auth.users ORDER BY name')).map((row) => row.name)

  /** What the tenant's own controller does: mends what is not a restore's, and tells. */
  async function tenantLooks(): Promise<void> {
    const wanted = { ...tenant.wanted, provisionedBefore: true }
    const { steps, findings } = await tenant.plan(wanted)
    for (const step of steps) await tenant.act(step)
    const [finding] = findings
    const ready = {
      ...{ type: 'Ready', status: finding ? 'False' : 'True', reason: finding?.reason ?? 'Serving' },
      ...{ message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
    }
    const live = cluster.objects.get(keyOf('KiaviTenant', name))!
    cluster.put({ ...live, status: { ...(live['status'] as object), conditions: [ready] } })
  }

  /** Runs what was asked for to its end. */
  async function untilDone(kind: string, object: string): Promise<void> {
    for (let looks = 0; looks < 20; looks += 1) {
      await look.backups()
      const { error } = await look.restores()
      if (error) throw error
      for (const job of of('Job')) {
        if ((job['status'] as { conditions?: object }).conditions) continue
        const ended = await runPod(job, {
          ...{ port, claim: () => join(folder, 'store') },
          secret: (each) =>
            decode(cluster.objects.get(keyOf('Secret', { ...operator, name: each }))?.['data']),
        })
        const type = ended.isWell ? 'Complete' : 'Failed'
        cluster.put({
          ...job,
          status: { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] },
        })
        const labels = { 'batch.kubernetes.io/job-name': job.metadata.name }
        const pod = { name: `${job.metadata.name}-x`, namespace: operator.namespace, labels }
        put('v1', 'Pod', pod, { status: { containerStatuses: ended.statuses } })
        if (!ended.isWell) throw new Error(`${job.metadata.name} failed. ${ended.said}`)
      }
      await tenantLooks()
      if (readyOf(kind, object) === 'True') return
    }
    throw new Error(`It came to no end: ${readyOf(kind, object)}`)
  }
  const ask = (kind: string, object: string, spec: object) =>
    put(kiavi, kind, { ...name, name: object }, { spec: { tenantName: name.name, ...spec } })

  beforeAll(async () => {
    mkdirSync(join(folder, 'store'))
    ;[port = 0] = await freePorts(1)
    postgres = await startPostgres({ version: 18 })
    server = asServer(postgres)
    tenant = tenantOn(server, provider, { connectionLimit: 20 })
    await tenant.converge()
    const { owner, database } = tenant.names
    const migrator = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    await migrate(migrator, await readMigrations(migrations))
    await migrator.end()
    await tenantPut()
    look = reconcilers()
  }, 60_000)
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function tenantPut(): Promise<void> {
    const { recipient } = makeAgeIdentity(randomBytes)
    const { host, port: at, ca, username, password } = server
    const tls =
      ca === undefined
        ? { tls: 'Disable', tlsDisabledReason: 'A test on this host.' }
        : { caSecretName: 'ca' }
    const database = {
      host,
      port: at,
      adminSecretName: 'admin',
      reachedBy: { cidrs: ['127.0.0.0/8'] },
      ...tls,
    }
    const backups = { store: { volume: { claimName: 'backups' } }, recoveryRecipient: recipient }
    const spec = tenantClass({ database, backups, runtime: { image } })
    put(kiavi, 'KiaviTenantClass', { name: 'default' }, { spec })
    secret('admin', { username, password })
    if (ca !== undefined) secret('ca', { 'ca.crt': ca })
    secret('installation', { id: 'test' })
    secret(masterSecret.database(tenant.tenantID), { ...tenant.passwords })
    const schema = (await tenant.observe()).database?.inside?.schemaVersion ?? schemaVersion
    put(kiavi, 'KiaviTenant', name, {
      spec: { className: 'default', host: 'h.eu', backups: { drillEveryDays: 0 } },
      status: {
        ...{ tenantID: tenant.tenantID, className: 'default' },
        database: {
          ...{ provisionedAt: new Date(Date.now() - 60_000).toISOString().slice(0, 19) + 'Z' },
          ...{ schemaVersion: schema, migratedImage: image },
        },
      },
    })
  }

  function reconcilers(): typeof look {
    const { create } = cluster
    cluster.create = async (kind, made) => {
      const done = await create(kind, made)
      if (kind.kind === 'Job') cluster.put({ ...done, status: {} })
      return done
    }
    const ports = {
      ...{
        cluster,
        operator,
        random: randomBytes,
        installationID: 'test',
        checkKey: () => {},
        fence: () => {},
      },
      memory: {
        classes: () => of('KiaviTenantClass'),
        list: (kind: { kind: string }) =>
          of(kind.kind).map((each) => ({ name: each.metadata.name, projection: project(each) })),
        backups: () => of('KiaviBackup'),
        backupsOf: () => structuredClone(of('KiaviBackup')),
        restores: () => of('KiaviRestore'),
        restoresOf: () => structuredClone(of('KiaviRestore')),
        tenants: () => [{ ...name, tenantID: tenant.tenantID, className: 'default' }],
      },
      recorder: { event: () => {} },
      lastLine: () => Promise.resolve(undefined),
      now: () => new Date(),
      monotonic: () => performance.now(),
      jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent' as const, memory: '512Mi' },
    }
    const { aside, outbox } = provider
    const journal = createJournalReconciler({
      ...{ ...ports, outbox, encrypt: () => Promise.resolve(new Uint8Array()) },
      offline: { put: () => Promise.resolve({ name: '', number: 1, version: undefined }) },
    })
    const backups = createBackupReconciler(ports)
    const restores = createRestoreReconciler({
      ...{ ...ports, aside, outbox },
      holdsPeople: (...about) => provider.holdsPeople(...about),
      drain: async (about) => {
        const { error } = await journal(about, { prune: false })
        if (error) throw error
      },
    })
    return { backups: () => backups(name), restores: () => restores(name) }
  }

  // One story, in order: a tenant is backed up, the backup is tried, and put back.
  it('proves a backup with the runtime itself, and leaves nothing', async () => {
    await signUp('Ada')
    await signUp('Bob')
    ask('KiaviBackup', 'now', { reason: 'Manual' })
    await untilDone('KiaviBackup', 'now')
    ask('KiaviRestore', 'try', { mode: 'Drill', sourceTenantID: tenant.tenantID })
    await untilDone('KiaviRestore', 'try')
    expect(statusOf('KiaviRestore', 'try')).toMatchObject({ users: 2, sequence: 1 })
    expect((await provider.aside.observe(server, tenant.tenantID)).databases).toEqual([])
    expect(await people()).toEqual(['Ada', 'Bob'])
  }, 120_000)

  it('puts it back in place without who was erased since, and keeps what it replaced', async () => {
    await asOwner(`DELETE FROM auth.users WHERE name = 'Bob'`)
    await signUp('Eve')
    ask('KiaviRestore', 'back', { mode: 'InPlace', sourceTenantID: tenant.tenantID })
    await untilDone('KiaviRestore', 'back')
    expect(await people()).toEqual(['Ada'])
    expect(statusOf('KiaviRestore', 'back')).toMatchObject({ users: 1, erasedSince: 1, number: 2 })
    const { databases } = await provider.aside.observe(server, tenant.tenantID)
    expect(databases).toMatchObject([{ kind: 'before', number: 2, allowConnections: false }])
    expect(await tenant.plan({ ...tenant.wanted, provisionedBefore: true })).toMatchObject({ findings: [] })
  }, 120_000)

  it('makes a tenant whole whose database was dropped', async () => {
    const admin = await postgres.connect(postgres.administrator, 'postgres')
    await admin.query(`DROP DATABASE ${tenant.names.database} WITH (FORCE)`)
    await admin.end()
    await tenantLooks()
    expect(readyOf('KiaviTenant', name.name)).toContain('DatabaseLost')
    ask('KiaviRestore', 'whole', { mode: 'InPlace', sourceTenantID: tenant.tenantID })
    await untilDone('KiaviRestore', 'whole')
    expect(await people()).toEqual(['Ada'])
  }, 120_000)

  it('finds in the store what the cluster forgot, once a person confirms it, and remembers it from then on', async () => {
    const { startedAt } = statusOf('KiaviBackup', 'now')
    cluster.objects.delete(keyOf('KiaviBackup', { ...name, name: 'now' }))
    const where = { ...operator, name: masterSecret.backups(tenant.tenantID) }
    const master = cluster.objects.get(keyOf('Secret', where))!
    const { 'ledger.json': before, ...left } = master['data'] as Record<string, string>
    cluster.put({ ...master, data: left })
    const spec = { mode: 'InPlace', sourceTenantID: tenant.tenantID, confirmedStartedAt: startedAt }
    ask('KiaviRestore', 'forgotten', spec)
    await untilDone('KiaviRestore', 'forgotten')
    expect(await people()).toEqual(['Ada'])
    const after = decode(cluster.objects.get(keyOf('Secret', where))?.['data'])['ledger.json'] ?? ''
    const ledgers = [Buffer.from(before ?? '', 'base64').toString(), after].map(
      (text) => JSON.parse(text) as { sequence: number; newest: object },
    )
    expect(ledgers[1]).toMatchObject({ sequence: 1, newest: ledgers[0]!.newest })
  }, 120_000)
})
