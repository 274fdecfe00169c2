import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { type ObjectStore, startObjectStore } from '../../cluster/object-store.ts'
import { BackupLab, type LabTenant } from '../../support/backup-lab.ts'
import { eventually } from '../../support/eventually.ts'
import { JobLab, volumePlace as volume } from '../../support/job-lab.ts'
import { type Mounts } from '../../support/job-process.ts'
import { volumeIn } from '../../support/lab-store.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'

let server: PostgresServer
let objects: ObjectStore
let lab: BackupLab
let jobs: JobLab
let tenant: LabTenant
beforeAll(async () => {
  server = await startPostgres({ version: 18 })
  objects = await startObjectStore()
  mkdirSync(join(objects.folder, 'backups'))
  lab = new BackupLab(volumeIn)
  jobs = new JobLab(lab, server)
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
      const store = place().kind === 's3' ? credentials() : {}
      const ends = jobs.backup(tenant, name, place(), store).map(({ ended }) => ended)
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
      const [fetched, loaded] = await Promise.all(
        jobs.restore(tenant, target, { name, sha256 }, place(), store).map(({ ended }) => ended),
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
    const job = jobs.backupDocument(tenant, name, s3())
    const [dumping, storing] = jobs.startBoth(['dump', 'store'], job, [{}, {}]).processes
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
    const job = jobs.backupDocument(tenant, name, volume)
    const { processes, shared } = jobs.startBoth(['store', 'nothing'], job, [{}, {}])
    const [storing, nothing] = processes
    expect(await nothing.ended).toMatchObject({ code: 1, lines: [{ code: 'JOB_MISCONFIGURED' }] })
    await eventually('The socket of the container that waits', () =>
      Promise.resolve(existsSync(join(shared, 'bundle.sock'))),
    )
    storing.kill('SIGTERM')
    expect(await storing.ended).toMatchObject({ code: 1, lines: [{ result: 'failed', code: 'JOB_STOPPED' }] })
  })
})
