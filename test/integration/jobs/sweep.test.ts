import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleName, wholeSeconds } from '../../../operator/src/backups/object-name.ts'
import { readGone, readSweepReport } from '../../../operator/src/backups/sweep-report.ts'
import { sweepDocumentText } from '../../../operator/src/backups/sweep-document.ts'
import { createS3Store } from '../../../operator/src/providers/backups/s3.ts'
import { type S3Lab, startS3Lab } from '../../support/backup-store/s3-lab.ts'
import { putBackup, signedManifest } from '../../support/backup-store/put-backup.ts'
import { sweepPromises } from '../../support/backup-store/sweep-promises.ts'
import { testInstallation } from '../../support/backup-bundle.ts'
import { startJob } from '../../support/job-process.ts'
import { namesIn, volumeIn } from '../../support/lab-store.ts'

describe.each([{ versioning: false }, { versioning: true }])(
  'sweepStore on a bucket with versioning: $versioning',
  ({ versioning }) => {
    let lab: S3Lab
    let turn = 0
    beforeAll(async () => {
      lab = await startS3Lab({ versioning })
    })
    afterAll(() => lab.stop())

    sweepPromises(() => {
      turn += 1
      const prefix = `p${turn}`
      return Promise.resolve({
        store: createS3Store(lab.options({ prefix })),
        halfUpload: async (name) => {
          const Key = `${prefix}/${name}`
          await lab.client.send(new CreateMultipartUploadCommand({ Bucket: lab.bucket, Key }))
        },
      })
    })
  },
)

describe('the program sweep', () => {
  const installation = testInstallation()
  const days = (count: number) => new Date((Math.floor(Date.now() / 1000) + count * 86_400) * 1000)
  const [installationID, tenantID] = ['6f1ed002ab5595859014ebf0951522d9', 'k3x9q7w2ab']
  const of = {
    ...{ installationID, tenantID, sequence: 1 },
    ...{ startedAt: days(-31), expiresAt: days(-1) },
  }
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-sweep-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const job = (change: object = {}) =>
    sweepDocumentText({
      ...{ installationID, installationKeys: installation.keys, memory: 'Whole', living: '', ending: [] },
      ...{ store: { kind: 'volume', prefix: '' }, now: wholeSeconds(days(0)), running: [], damaged: [] },
      ...{ asked: [`${tenantID}/1`], ...change },
    })
  const run = (document: string, where = folder) => {
    const env = { KIAVI_STORE_DIR: join(where, 'store') }
    return startJob('sweep', { folder, shared: folder, mounts: { job: document }, env }).ended
  }

  it('does what its document says, with the volume and nothing else mounted, and tells it in its last line', async () => {
    const store = volumeIn(folder)
    await putBackup(store, of, signedManifest(of, installation))
    const kept = await run(job({ living: tenantID }))
    expect([kept.code, kept.stderr, kept.lines.at(-1)]).toMatchObject([0, '', { facts: { spared: 1 } }])
    expect(await namesIn(store)).toContain(bundleName(of))
    const swept = await run(job())
    expect([swept.code, swept.stderr]).toEqual([0, ''])
    const report = readSweepReport(swept.terminationMessage)
    expect(report).toEqual(swept.lines.at(-1))
    expect(report).toMatchObject({ result: 'succeeded', facts: { removed: 2, objects: 0 } })
    const { gone = '' } = report?.result === 'succeeded' ? report.facts : {}
    expect(readGone([`${tenantID}/1`], gone)).toEqual([`${tenantID}/1`])
    expect(await namesIn(store)).toEqual([])
  })

  it('takes nothing away before its time by a clock of the operator that is ahead', async () => {
    const where = mkdtempSync(join(folder, 'ahead-'))
    const store = volumeIn(where)
    const young = { ...of, ...{ startedAt: days(-1), expiresAt: days(29) } }
    await putBackup(store, young, signedManifest(young, installation))
    const { lines } = await run(job({ now: wholeSeconds(days(365)) }), where)
    expect(lines.at(-1)).toMatchObject({ result: 'succeeded', facts: { removed: 0 } })
    expect(await namesIn(store)).toContain(bundleName(young))
  })

  it('touches nothing by a document that it does not understand', async () => {
    const { code, terminationMessage } = await run('{}')
    expect(code).toBe(1)
    expect(readSweepReport(terminationMessage)).toMatchObject({ code: 'JOB_MISCONFIGURED' })
  })
})
