import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PutStreamAsked, type PutStreamTold } from '../../../support/backup-store/put-stream-told.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

const program = fileURLToPath(new URL('../../../support/backup-store/put-stream.ts', import.meta.url))
const bytes = 256 * 2 ** 20
/** Parts on their way, and what the garbage collector has not come to yet. It is the same for 2 GiB. */
const mostMiB = 200

async function putStream(asked: Omit<PutStreamAsked, 'bytes'>): Promise<PutStreamTold> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ ...asked, bytes }))
  return JSON.parse(await text(child.stdout)) as PutStreamTold
}

describe('a stream that is longer than what memory is given for it', () => {
  let lab: S3Lab
  let root: string
  beforeAll(async () => {
    lab = await startS3Lab()
    root = mkdtempSync(join(tmpdir(), 'kiavi-volume-'))
  })
  afterAll(async () => {
    rmSync(root, { recursive: true, force: true })
    await lab.stop()
  })

  it('goes through a bucket and back', async () => {
    const { emptyMiB, peakMiB } = await putStream({ s3: lab.options() })
    expect(peakMiB - emptyMiB).toBeLessThan(mostMiB)
  })

  it('goes through a volume and back', async () => {
    const { emptyMiB, peakMiB } = await putStream({ volume: { root, prefix: '' } })
    expect(peakMiB - emptyMiB).toBeLessThan(mostMiB)
  })
})
