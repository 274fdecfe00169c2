import { open } from 'node:fs/promises'
import { type Frame } from '../../backups/frames.ts'
import { JobError } from '../../backups/errors.ts'
import { judgeBundle } from '../../backups/judge-manifest.ts'
import { type Manifest } from '../../backups/manifest.ts'
import { type JobIO } from '../job.ts'
import { createMeter } from '../meter.ts'

/**
 * Writes the ciphertext into a file of our own and holds the whole of it against the manifest. Only what was checked is
 * then used: a store that is asked twice may answer with something else the second time, and age proves no sender.
 */
export async function spoolBundle(
  file: string,
  manifest: Manifest,
  frames: AsyncGenerator<Frame>,
  io: JobIO,
): Promise<void> {
  const ofBytes = manifest.bundle.bytes
  const meter = createMeter((bytes) => io.progress({ bytes, ofBytes }))
  const handle = await open(file, 'wx', 0o600)
  try {
    for (;;) {
      const next = await frames.next()
      if (next.done === true) break
      if (next.value.kind === 'end') continue
      if (next.value.kind !== 'data')
        throw new JobError(
          'PIPE_CUT',
          'The other container of this Job sent something else in the midst of a bundle. Use one image for both.',
        )
      meter.add(next.value.bytes)
      // A longer one is refused without filling the disk.
      if (meter.bytes() > ofBytes) break
      await handle.writeFile(next.value.bytes)
    }
  } catch (error) {
    throw full(error) ?? error
  } finally {
    await handle.close()
  }
  judgeBundle(manifest, meter.total())
}

function full(error: unknown): JobError | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') return undefined
  return new JobError(
    'JOB_MISCONFIGURED',
    'The volume for the bundle is full. Give the Job one that is larger than the bundle.',
  )
}
