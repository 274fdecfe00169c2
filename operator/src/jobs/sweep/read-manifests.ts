import { JobError } from '../../backups/errors.ts'
import { type InstallationKeys } from '../../backups/installation-key.ts'
import { mostManifestBytes, verifyManifest } from '../../backups/verify-manifest.ts'
import { type ReadManifest, refKey } from '../../controllers/backup/sweep/proof.ts'
import { eachAtOnce } from '../../providers/backups/each-at-once.ts'
import { StoreChanged, StoreGone } from '../../providers/backups/errors.ts'
import { type BackupStore, type ObjectRef } from '../../providers/backups/port.ts'
import { inTurn } from './in-turn.ts'

const atOnce = 8

/** Reads manifests and checks who signed them. `undefined`: it went, or was replaced, since it was listed. */
export async function readManifests(
  wanted: readonly ObjectRef[],
  keys: InstallationKeys,
  store: Pick<BackupStore, 'read'>,
  signal: AbortSignal,
): Promise<Map<string, ReadManifest | undefined>> {
  const found = new Map<string, ReadManifest | undefined>()
  await eachAtOnce(
    inTurn(wanted),
    atOnce,
    async (ref, _number, working) => {
      found.set(refKey(ref), await readOne(ref, keys, store, working))
    },
    signal,
  )
  return found
}

async function readOne(
  ref: ObjectRef,
  keys: InstallationKeys,
  store: Pick<BackupStore, 'read'>,
  signal: AbortSignal,
): Promise<ReadManifest | undefined> {
  try {
    const { body } = await store.read(ref, signal)
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      // Whatever it is, it is no manifest; verifyManifest says so.
      if (bytes > mostManifestBytes) break
    }
    const { object, bundle } = verifyManifest(Buffer.concat(chunks).toString('latin1'), keys)
    return { object, bundle }
  } catch (error) {
    if (error instanceof StoreGone && error.reason !== 'NoSuchBucket') return undefined
    if (error instanceof StoreChanged) return undefined
    if (error instanceof JobError) return { untrusted: error.message }
    throw error
  }
}
