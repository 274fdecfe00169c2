import { type BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { StoreRefused } from './errors.ts'
import { type ObjectHead, type ObjectName } from './port.ts'
import { readAbout } from './volume-about.ts'
import { errnoOf } from './volume-error-table.ts'
import { foldersExist } from './volume-folders.ts'
import { type VolumeLayout } from './volume-layout.ts'

/** The opaque `version` of an ObjectRef: another file under the same name has another one. */
export const versionOf = (found: BigIntStats): string => `${found.ino}-${found.size}-${found.mtimeNs}`

export const storedAtOf = (found: BigIntStats): Date => new Date(Number(found.mtimeMs))

/** Not every file system keeps it; the last write is later. */
export const madeAtOf = (found: BigIntStats): Date =>
  new Date(Number(found.birthtimeMs > 0n ? found.birthtimeMs : found.mtimeMs))

/** Whatever lies there; nothing on the way to it is followed. */
export async function lookAt(root: string, path: string): Promise<BigIntStats | undefined> {
  if (!(await foldersExist(root, path))) return undefined
  return await lstat(path, { bigint: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
}

export async function volumeHead(layout: VolumeLayout, name: ObjectName): Promise<ObjectHead | undefined> {
  const found = await lookAt(layout.root, layout.object(name))
  if (found === undefined) return undefined
  if (!found.isFile()) throw new StoreRefused(`${name} on the volume is not a plain file; take it away.`)
  const about = await readAbout(layout.aboutOf(name))
  return {
    name,
    version: versionOf(found),
    bytes: Number(found.size),
    storedAt: storedAtOf(found),
    expiresAt: about?.expiresAt,
  }
}
