import { lstat, mkdir, open, rmdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { StoreGone, StoreRefused } from './errors.ts'
import { errnoOf } from './volume-error-table.ts'

/** Every folder from below `root` down to the one that a path lies in. */
function foldersTo(root: string, path: string): string[] {
  const between = relative(root, dirname(path))
  return between === '' ? [] : between.split(sep).map((_, at, all) => join(root, ...all.slice(0, at + 1)))
}

/** The volume itself. Without this look, a mount that is missing would be an empty store. */
export async function checkMounted(root: string): Promise<void> {
  const found = await lstat(root).catch(() => undefined)
  if (found) return
  throw new StoreGone(`There is no folder ${root}: mount the volume there.`, 'ENOENT')
}

/**
 * False where a folder on the way to `path` does not exist; throws where it is none, so that no symbolic link leads out of
 * the volume.
 */
export async function foldersExist(root: string, path: string): Promise<boolean> {
  await checkMounted(root)
  for (const folder of foldersTo(root, path)) {
    const found = await lstat(folder).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (found === undefined) return false
    if (!found.isDirectory()) throw noFolder(root, folder)
  }
  return true
}

/** Makes what is missing on the way to `path`, and makes it last. */
async function makeFolders(root: string, path: string): Promise<void> {
  await checkMounted(root)
  for (const folder of foldersTo(root, path)) {
    try {
      await mkdir(folder, { mode: 0o700 })
      await syncFolder(dirname(folder))
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
      if (!(await lstat(folder)).isDirectory()) throw noFolder(root, folder)
    }
  }
}

/**
 * Does something in the folder that `path` lies in, which is made before where it is missing. A removal beside us may prune
 * it again in the moment between.
 */
export async function inFolder<T>(root: string, path: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    await makeFolders(root, path)
    try {
      return await work()
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || tries === 3) throw error
    }
  }
}

/** Removes the folders above `path` that are empty now, up to `root`, which stays. */
export async function pruneFolders(root: string, path: string): Promise<void> {
  for (const folder of foldersTo(root, path).toReversed()) {
    try {
      await rmdir(folder)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return
    }
  }
}

/** What was made, renamed or removed in a folder is there after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot, and write such changes at once.
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF'].includes(errnoOf(error))) throw error
  } finally {
    await handle.close()
  }
}

const noFolder = (root: string, folder: string) =>
  new StoreRefused(
    `${relative(root, folder)} on the volume is not a folder. Nothing is followed from there; take it away.`,
    'ENOTDIR',
  )
