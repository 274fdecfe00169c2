import { StoreChanged, StoreDenied } from '../../providers/backups/errors.ts'
import { type BackupStore, type HalfUpload, type ObjectRef } from '../../providers/backups/port.ts'

export interface Removed {
  removed: number
  /** What the store did not let us delete, and its words. */
  denied: number
  deniedWhy: string
}

/** A store that denies so many in a row denies all: the rest is counted, and not asked for. */
const mostDenied = 20

/**
 * Removes exactly what was decided on, in its order. Of a backup whose data the store keeps the manifest is kept, too:
 * it is what proves whose they are. What was replaced in the meantime is left to the next sweep.
 */
export async function removeAll(
  refs: readonly ObjectRef[],
  store: Pick<BackupStore, 'remove'>,
  signal: AbortSignal,
): Promise<Removed> {
  const done: Removed = { removed: 0, denied: 0, deniedWhy: '' }
  const locked = new Set<string>()
  let inARow = 0
  for (const ref of refs) {
    if (locked.has(stemOf(ref)) || inARow >= mostDenied) {
      done.denied += 1
      continue
    }
    try {
      await store.remove(ref, signal)
      inARow = 0
      done.removed += 1
    } catch (error) {
      if (error instanceof StoreDenied) {
        inARow += 1
        done.denied += 1
        if (done.deniedWhy === '') done.deniedWhy = error.message
      } else if (!(error instanceof StoreChanged)) throw error
      locked.add(stemOf(ref))
    }
  }
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
