import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../../backups/errors.ts'
import { type KeepDocument } from '../../backups/keep-document.ts'
import { type OfflineStored } from '../../providers/backups/offline-port.ts'
import { type BackupStore } from '../../providers/backups/port.ts'
import { putOffline } from '../../providers/backups/put-offline.ts'

/** Puts the ciphertext that is mounted, in pieces, on the class's volume. Sees nothing else, and no network. */
export async function keep(
  { object, pieces, sha256 }: KeepDocument,
  mounted: string,
  store: BackupStore,
  signal: AbortSignal,
): Promise<OfflineStored & { version: string }> {
  const files = Array.from({ length: pieces }, (_, at) => join(mounted, `piece-${at}`, 'ciphertext'))
  const read = await Promise.all(files.map((file) => readFile(file))).catch((cause: unknown) => {
    throw new JobError('JOB_MISCONFIGURED', 'A piece of the ciphertext is not mounted.', { cause })
  })
  const ciphertext = Buffer.concat(read)
  if (createHash('sha256').update(ciphertext).digest('hex') !== sha256)
    throw new JobError('JOB_MISCONFIGURED', 'The ciphertext that is mounted is not what the operator made.')
  return putOffline(store, { ...object, ciphertext }, signal)
}
