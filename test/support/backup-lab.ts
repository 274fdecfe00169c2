/** Tenants with people on a real server, and the programs of a backup's and a restore's Job over real pipes and a real store. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DatabaseServer } from '../../operator/src/providers/database/port.ts'
import { createPostgresql } from '../../operator/src/providers/database/postgresql.ts'
import { type BackupStore } from '../../operator/src/providers/backups/port.ts'
import { type ExpectedBackup } from '../../operator/src/backups/judge-manifest.ts'
import { type Manifest } from '../../operator/src/backups/manifest.ts'
import { type BackupName } from '../../operator/src/backups/object-name.ts'
import { type DumpOrder, dump } from '../../operator/src/jobs/backup/dump.ts'
import { type StoreOrder, type Stored, storeBundle } from '../../operator/src/jobs/backup/store.ts'
import { type JobIO, type Progress } from '../../operator/src/jobs/job.ts'
import { type FetchOrder, fetchBundle } from '../../operator/src/jobs/restore/fetch.ts'
import { type LoadOrder, type Loaded, load } from '../../operator/src/jobs/restore/load.ts'
import { migrate } from '../../runtime/src/db/migrator.ts'
import { schemaVersion } from '../../runtime/src/db/schema-version.ts'
import { readMigrations } from '../../runtime/src/db/migration-files.ts'
import { asServer, tenantOn } from '../integration/providers/database/tenant-database.ts'
import { testInstallation } from './backup-bundle.ts'
import { ageTools, postgresClients } from './postgres-clients.ts'
import { type PostgresServer } from './postgres.ts'
import { addPeople } from './recovery/crowd.ts'

export type LabTenant = ReturnType<typeof tenantOn>

/** Outcomes of the two containers of one Job, each as it would tell it. */
export interface JobEnds<First, Second> {
  first: PromiseSettledResult<First>
  second: PromiseSettledResult<Second>
}

const seconds = (ms: number) => new Date(Math.floor(ms / 1000) * 1000)
const dayMs = 86_400_000

export class BackupLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'kiavi-backups-'))
  readonly installation = testInstallation()
  readonly installationID = randomBytes(16).toString('hex')
  readonly tools = { ...postgresClients(), ...ageTools() }
  readonly provider = createPostgresql({ random: randomBytes })
  readonly store: BackupStore
  private readonly identities = new Map<string, { file: string; recipient: string }>()
  private jobs = 0

  constructor(store: (folder: string) => BackupStore) {
    this.store = store(this.folder)
  }

  /** A tenant's database as the operator makes it, empty. */
  async prepared(server: PostgresServer): Promise<LabTenant> {
    const tenant = tenantOn(asServer(server), this.provider, { connectionLimit: 20 })
    await tenant.converge()
    return tenant
  }

  /** With the runtime's own schema, and so many people. */
  async tenant(server: PostgresServer, people: number): Promise<LabTenant> {
    const tenant = await this.prepared(server)
    await this.asOwner(server, tenant, async (client) => {
      await migrate(
        client,
        await readMigrations(new URL('../../runtime/src/db/migrations/', import.meta.url)),
      )
      await client.query(addPeople, [people])
    })
    return tenant
  }

  async asOwner<T>(
    server: PostgresServer,
    tenant: LabTenant,
    work: (client: Awaited<ReturnType<PostgresServer['connect']>>) => Promise<T>,
  ): Promise<T> {
    const client = await server.connect(
      { user: tenant.names.owner, password: tenant.passwords.owner },
      tenant.names.database,
    )
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  /** The age identity of a tenant, made when it is first asked for. */
  identity(tenantID: string): { file: string; recipient: string } {
    const known = this.identities.get(tenantID)
    if (known !== undefined) return known
    const file = join(this.folder, `${tenantID}.identity`)
    const text = execFileSync(this.tools.ageKeygen, [], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    writeFileSync(file, text, { mode: 0o400 })
    const recipient = /age1[0-9a-z]+/.exec(text)?.[0] ?? ''
    this.identities.set(tenantID, { file, recipient })
    return { file, recipient }
  }

  nameOf(tenantID: string, sequence: number, startedAt = seconds(Date.now())): BackupName {
    const expiresAt = new Date(startedAt.getTime() + 30 * dayMs)
    return { installationID: this.installationID, tenantID, sequence, startedAt, expiresAt }
  }

  dumpOrder(
    server: PostgresServer,
    tenant: LabTenant,
    name: BackupName,
    change: Partial<DumpOrder> = {},
  ): DumpOrder {
    return {
      ...this.pipe(),
      name,
      reason: 'Scheduled',
      recipient: this.identity(tenant.tenantID).recipient,
      ...this.place(server),
      database: tenant.names.database,
      username: tenant.names.backup,
      password: tenant.passwords.backup,
      installationKey: this.installation.privateKey,
      tools: this.tools,
      ...change,
    }
  }

  /** Both containers of a backup's Job. */
  async backup(
    order: DumpOrder,
    change: Partial<StoreOrder> = {},
    store = this.store,
  ): Promise<JobEnds<Manifest, Stored>> {
    const { name, socket, peerWaitMs } = order
    const storeOrder = { name, socket, peerWaitMs, keys: this.installation.keys, ...change }
    const [first, second] = await Promise.allSettled([
      dump(order, this.io()),
      storeBundle(storeOrder, store, this.io()),
    ])
    return { first, second }
  }

  loadOrder(
    server: PostgresServer,
    target: LabTenant,
    source: BackupName & ExpectedBackup,
    change: Partial<LoadOrder> = {},
  ): LoadOrder {
    const { installationID, tenantID, sequence, object, sha256 } = source
    const spoolFolder = join(this.folder, `spool-${String(++this.jobs)}`)
    mkdirSync(spoolFolder)
    return {
      ...this.pipe(),
      expected: { installationID, tenantID, sequence, object, sha256 },
      keys: this.installation.keys,
      identityFile: this.identity(tenantID).file,
      ...this.place(server),
      database: target.names.database,
      username: target.names.owner,
      password: target.passwords.owner,
      newestSchemaVersion: schemaVersion,
      tools: this.tools,
      spoolFolder,
      ...change,
    }
  }

  /** Both containers of a restore's Job. */
  async restore(
    order: LoadOrder,
    change: Partial<FetchOrder> = {},
    store = this.store,
  ): Promise<JobEnds<Manifest, Loaded>> {
    const { expected, keys, socket, peerWaitMs } = order
    const fetchOrder = { expected, keys, socket, peerWaitMs, ...change }
    const [first, second] = await Promise.allSettled([
      fetchBundle(fetchOrder, store, this.io()),
      load(order, this.io()),
    ])
    return { first, second }
  }

  io(change: Partial<JobIO> = {}): JobIO {
    const privateFolder = join(this.folder, `private-${String(++this.jobs)}`)
    mkdirSync(privateFolder)
    return {
      signal: AbortSignal.timeout(120_000),
      now: () => new Date(),
      progress: () => {},
      privateFolder,
      ...change,
    }
  }

  /** What a Job tells while it runs. */
  listening(): { io: JobIO; told: Progress[] } {
    const told: Progress[] = []
    return { io: this.io({ progress: (progress) => told.push(progress) }), told }
  }

  async remove(): Promise<void> {
    this.store.close()
    await this.provider.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private pipe() {
    return { socket: join(this.folder, `${String(++this.jobs)}.sock`), peerWaitMs: 20_000 }
  }

  private place(server: PostgresServer): {
    server: Omit<DatabaseServer, 'username' | 'password'>
    caFile: string | undefined
  } {
    const { host, port, tls, ca } = asServer(server)
    const caFile = ca === undefined ? undefined : join(this.folder, `${String(port)}.ca`)
    if (caFile !== undefined && ca !== undefined) writeFileSync(caFile, ca)
    return { server: { host, port, tls, ...(ca === undefined ? {} : { ca }) }, caFile }
  }
}
