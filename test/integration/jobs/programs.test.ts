import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentText } from '../../../operator/src/backups/documents.ts'
import { type BackupName, wholeSeconds } from '../../../operator/src/backups/object-name.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { type ObjectStore, startObjectStore } from '../../cluster/object-store.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { eventually } from '../../support/eventually.ts'
import { type Mounts, startJob } from '../../support/job-process.ts'
import { volumeIn } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

let server: PostgresServer
let objects: ObjectStore
let lab: BackupLab
let tenant: LabTenant
beforeAll(async () => {
  server = await startPostgres({ version: 18 })
  objects = await startObjectStore()
  mkdirSync(join(objects.folder, 'backups'))
  lab = new BackupLab(volumeIn)
  tenant = await lab.tenant(server, 100)
})
afterAll(async () => {
  await lab.remove()
  await objects.stop()
  await server.stop()
})

const s3 = () => {
  const { endpoint, region } = objects
  return { kind: 's3', endpoint, region, bucket: 'backups', prefix: 'kiavi', forcePathStyle: true } as const
}
const volume = { kind: 'volume', prefix: '' } as const

function common(
  of: LabTenant,
  role: 'backup' | 'owner',
  name: BackupName,
  store: ReturnType<typeof s3> | typeof volume,
) {
  const { startedAt, expiresAt, ...rest } = name
  const { host, port } = server
  return {
    backup: { ...rest, startedAt: wholeSeconds(startedAt), expiresAt: wholeSeconds(expiresAt) },
    database: { host, port, tls: 'verify-full' as const, name: of.names.database, username: of.names[role] },
    store,
    installationKeys: lab.installation.keys,
    peerWaitSeconds: 20,
  }
}

/** Starts both containers of a Job; each mounts the document and what is its own. */
function startBoth(programs: readonly [string, string], job: string, mounts: readonly [Mounts, Mounts]) {
  const shared = join(lab.folder, `pipe-${String(Math.random()).slice(2)}`)
  mkdirSync(shared)
  const env = {
    KIAVI_POSTGRES_BIN: dirname(lab.tools.pgDump),
    KIAVI_AGE: lab.tools.age,
    KIAVI_STORE_DIR: join(lab.folder, 'store'),
  }
  const [first, second] = programs
  const start = (program: string, own: Mounts) =>
    startJob(program, { folder: lab.folder, shared, mounts: { job, ...own }, env })
  return { shared, processes: [start(first, mounts[0]), start(second, mounts[1])] as const }
}

const database = (of: LabTenant, role: 'backup' | 'owner'): Mounts => ({
  databaseCa: server.ca ?? '',
  databasePassword: of.passwords[role],
})
const credentials = (): Mounts => ({
  accessKeyID: objects.accessKey,
  secretAccessKey: `${objects.secretKey}\n`,
})

describe('programs', () => {
  it.each([
    { called: 'an S3 server', place: s3 },
    { called: 'a volume', place: () => volume },
  ])(
    'carry a tenant through $called, each container with what it mounts and nothing else',
    async ({ place }) => {
      const name = lab.nameOf(tenant.tenantID, 1)
      const { recipient, file } = lab.identity(tenant.tenantID)
      const backup = documentText({ ...common(tenant, 'backup', name, place()), reason: 'Manual', recipient })
      const store = place().kind === 's3' ? credentials() : {}
      const dumping = { ...database(tenant, 'backup'), installationKey: lab.installation.pem }
      const ends = startBoth(['dump', 'store'], backup, [dumping, store]).processes.map(({ ended }) => ended)
      const [dumped, stored] = await Promise.all(ends)
      expect([dumped?.stderr, stored?.stderr]).toEqual(['', ''])
      expect(
        [dumped?.code, stored?.code],
        JSON.stringify([dumped?.lines.at(-1), stored?.lines.at(-1)]),
      ).toEqual([0, 0])
      const report = stored?.lines.at(-1)
      expect(report).toMatchObject({
        result: 'succeeded',
        facts: { users: 100, sequence: 1, schemaVersion },
      })
      expect(JSON.parse(stored?.terminationMessage ?? '')).toEqual(report)

      const target = await lab.prepared(server)
      const { sha256 } = (report as { facts: { sha256: string } }).facts
      const restore = documentText({
        ...common(target, 'owner', name, place()),
        sha256,
        newestSchemaVersion: schemaVersion,
      })
      const loading = { ...database(target, 'owner'), identity: readFileSync(file, 'utf8') }
      const [fetched, loaded] = await Promise.all(
        startBoth(['fetch', 'load'], restore, [store, loading]).processes.map(({ ended }) => ended),
      )
      expect(
        [fetched?.code, loaded?.code],
        JSON.stringify([fetched?.lines.at(-1), loaded?.lines.at(-1)]),
      ).toEqual([0, 0])
      expect(loaded?.lines.at(-1)).toMatchObject({ result: 'succeeded', facts: { users: 100, sha256 } })
      for (const { lines, terminationMessage } of [dumped, stored, fetched, loaded].filter(
        (end) => end !== undefined,
      ))
        expect(JSON.stringify([lines, terminationMessage])).not.toMatch(/AGE-SECRET-KEY|PRIVATE KEY|Zo/)
    },
  )

  it('say in one line what was not mounted', async () => {
    const name = lab.nameOf(tenant.tenantID, 2)
    const { recipient } = lab.identity(tenant.tenantID)
    const backup = documentText({ ...common(tenant, 'backup', name, s3()), reason: 'Manual', recipient })
    const [dumping, storing] = startBoth(['dump', 'store'], backup, [{}, {}]).processes
    const message = (path: string) => ({
      result: 'failed',
      code: 'JOB_MISCONFIGURED',
      message: expect.stringContaining(path) as string,
    })
    const [dumped, stored] = [await dumping.ended, await storing.ended]
    expect(dumped).toMatchObject({ code: 1, lines: [message('installation-key/private.pem')] })
    expect(stored).toMatchObject({ code: 1, lines: [message('store/accessKeyID')] })
  })

  it('say that they were stopped, and end', async () => {
    const name = lab.nameOf(tenant.tenantID, 3)
    const { recipient } = lab.identity(tenant.tenantID)
    const backup = documentText({ ...common(tenant, 'backup', name, volume), reason: 'Manual', recipient })
    const { processes, shared } = startBoth(['store', 'nothing'], backup, [{}, {}])
    const [storing, nothing] = processes
    expect(await nothing.ended).toMatchObject({ code: 1, lines: [{ code: 'JOB_MISCONFIGURED' }] })
    await eventually('The socket of the container that waits', () =>
      Promise.resolve(existsSync(join(shared, 'bundle.sock'))),
    )
    storing.kill('SIGTERM')
    expect(await storing.ended).toMatchObject({ code: 1, lines: [{ result: 'failed', code: 'JOB_STOPPED' }] })
  })
})
