import { eachAtOnce } from '../../providers/backups/each-at-once.ts'
import { StoreChanged, StoreDenied } from '../../providers/backups/errors.ts'
import { type BackupStore, type HalfUpload, type ObjectRef } from '../../providers/backups/port.ts'
import { inTurn } from './in-turn.ts'

export interface Removed {
  removed: number
  /** What the store did not let us delete, and its words. */
  denied: number
  deniedWhy: string
}

const atOnce = 8

/**
 * Removes exactly what was decided on, each backup in its order. Of one whose data the store keeps the manifest is kept,
 * too: it is what proves whose they are. What was replaced in the meantime is left to the next sweep.
 */
export async function removeAll(
  refs: readonly ObjectRef[],
  store: Pick<BackupStore, 'remove'>,
  signal: AbortSignal,
): Promise<Removed> {
  const done: Removed = { removed: 0, denied: 0, deniedWhy: '' }
  const removeOne = async (backup: readonly ObjectRef[], working: AbortSignal) => {
    for (const [at, ref] of backup.entries()) {
      try {
        await store.remove(ref, working)
        done.removed += 1
      } catch (error) {
        if (error instanceof StoreChanged) return
        if (!(error instanceof StoreDenied)) throw error
        done.denied += backup.length - at
        if (done.deniedWhy === '') done.deniedWhy = error.message
        return
      }
    }
  }
  const backups = Map.groupBy(refs, stemOf)
  await eachAtOnce(inTurn(backups.values()), atOnce, (each, _, working) => removeOne(each, working), signal)
  return done
}

/** Aborts uploads that nobody completes; those that the store denies are counted as objects are. */
export async function abortAll(
  uploads: readonly HalfUpload[],
  store: Pick<BackupStore, 'abort'>,
  signal: AbortSignal,
): Promise<{ aborted: number; denied: number; deniedWhy: string }> {
  const done = { aborted: 0, denied: 0, deniedWhy: '' }
  for (const upload of uploads) {
    try {
      await store.abort(upload, signal)
      done.aborted += 1
    } catch (error) {
      if (!(error instanceof StoreDenied)) throw error
      done.denied += 1
      if (done.deniedWhy === '') done.deniedWhy = error.message
    }
  }
  return done
}

/** What a bundle and its manifest have in common. */
const stemOf = ({ name }: ObjectRef): string => name.replace(/\.(age|manifest)$/, '')
