import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type HalfUpload, type StoredObject } from './port.ts'
import { readAbout } from './volume-about.ts'
import { errnoOf, volumeError } from './volume-error-table.ts'
import { checkMounted, foldersExist } from './volume-folders.ts'
import { lookAt, madeAtOf, storedAtOf, versionOf } from './volume-head.ts'
import { type VolumeLayout } from './volume-layout.ts'

/** What file systems keep for themselves. They keep more behind dots (`.snapshot`), as we do. */
const theirs = 'lost+found'

/** Everything below a folder that is no folder, in the order in which S3 lists. */
export async function* volumeList(
  layout: VolumeLayout,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<StoredObject, void, undefined> {
  try {
    const top = join(layout.home, folder)
    if (!(await foldersExist(layout.root, join(top, 'any')))) return
    for await (const name of filesBelow(top, folder === '' ? '' : `${folder}/`, signal)) {
      const found = await lstat(layout.object(name), { bigint: true }).catch(unlessGone)
      if (found === undefined) continue
      const bytes = Number(found.size)
      yield { name, version: versionOf(found), bytes, storedAt: storedAtOf(found), state: 'current' }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw volumeError(folder === '' ? 'Listing the volume' : `Listing ${folder}`, error)
  }
}

async function* filesBelow(path: string, prefix: string, signal?: AbortSignal): AsyncGenerator<string> {
  signal?.throwIfAborted()
  const entries = (await readdir(path, { withFileTypes: true }).catch(unlessGone)) ?? []
  const shown = entries
    .filter(({ name }) => !name.startsWith('.') && !(prefix === '' && name === theirs))
    .map((entry) => ({ key: entry.isDirectory() ? `${entry.name}/` : entry.name, name: entry.name }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { key, name } of shown) {
    if (key === name) yield prefix + name
    else yield* filesBelow(join(path, name), `${prefix}${key}`, signal)
  }
}

/** Puts that are under way, and those that broke off, be it with the name in hand or while an object was removed. */
export async function* volumeHalfUploads(
  layout: VolumeLayout,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<HalfUpload, void, undefined> {
  const below = folder === '' ? '' : `${folder}/`
  try {
    await checkMounted(layout.root)
    const going = new Set<string>()
    for await (const file of filesBelow(join(layout.uploads, folder), below, signal)) {
      const found = await lstat(join(layout.uploads, file), { bigint: true }).catch(unlessGone)
      if (found === undefined) continue
      const uploadID = basename(file, '.part')
      going.add(uploadID)
      yield { name: dirname(file), uploadID, startedAt: madeAtOf(found) }
    }
    for await (const file of filesBelow(join(layout.about, folder), below, signal)) {
      const path = join(layout.about, file)
      const name = file.replace(/\.json$/, '')
      const { uploadID = '' } = (await readAbout(path)) ?? {}
      const found = await lstat(path, { bigint: true }).catch(unlessGone)
      if (found === undefined || going.has(uploadID) || (await lookAt(layout.root, layout.object(name))))
        continue
      yield { name, uploadID, startedAt: madeAtOf(found) }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw volumeError('Listing half uploads', error)
  }
}

function unlessGone(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error
}
