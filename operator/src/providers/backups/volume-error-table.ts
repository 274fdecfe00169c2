import {
  StoreDenied,
  type StoreError,
  StoreExists,
  StoreFull,
  StoreGone,
  StoreRefused,
  StoreUnavailable,
  isStoreError,
} from './errors.ts'

type Row = [kind: new (message: string, reason?: string) => StoreError, mend: string]

const room: Row = [StoreFull, 'Give the volume room; older backups stay as they are.']
const rights: Row = [
  StoreDenied,
  "Let the Job's user write to the volume (fsGroup), and mount it read-write.",
]
const disk: Row = [StoreUnavailable, 'Look at the disk, or at the network to it.']
const shape: Row = [StoreRefused, 'Something else lies where a plain file or folder should be; take it away.']

/** By errno. Whatever is not listed is the disk's. */
const byErrno: Record<string, Row> = {
  EDQUOT: room,
  EFBIG: room,
  ENOSPC: room,
  EACCES: rights,
  EPERM: rights,
  EROFS: rights,
  ENOENT: [StoreGone, 'It was taken away, or the volume is not mounted.'],
  EEXIST: [StoreExists, 'Nothing is written over it; take another name.'],
  EISDIR: shape,
  ELOOP: shape,
  ENOTDIR: shape,
}

/** Any failure of the file system as one of ours. `doing` is what was tried, as the beginning of a sentence. */
export function volumeError(doing: string, error: unknown): StoreError {
  if (isStoreError(error)) return error
  const errno = errnoOf(error)
  const [Kind, mend] = byErrno[errno] ?? disk
  // Node's own words: "ENOSPC: no space left on device, write". What follows the comma may be a path.
  const words = error instanceof Error ? (/^\w+: ([^,]+)/.exec(error.message)?.[1] ?? error.message) : ''
  return new Kind(`${doing}: ${words || 'unknown failure'} (${errno}). ${mend}`, errno)
}

export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
