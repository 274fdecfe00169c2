import { rm, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StoreChanged } from './errors.ts'
import { type HalfUpload, type ObjectRef } from './port.ts'
import { readAbout } from './volume-about.ts'
import { errnoOf } from './volume-error-table.ts'
import { pruneFolders, syncFolder } from './volume-folders.ts'
import { lookAt, versionOf } from './volume-head.ts'
import { type VolumeLayout } from './volume-layout.ts'

/** Removes a file, what is kept beside it, and the folders that it leaves empty. */
export async function volumeRemove(
  layout: VolumeLayout,
  { name, version }: ObjectRef,
): Promise<'removed' | 'absent'> {
  const path = layout.object(name)
  const found = await lookAt(layout.root, path)
  if (found === undefined) return 'absent'
  if (versionOf(found) !== version)
    throw new StoreChanged(
      `Removing ${name}: something else lies there than what was decided on. Look again before anything is done to it.`,
    )
  // The object first: what is kept beside it claims its name until it is really gone.
  await unlink(path)
  await syncFolder(dirname(path))
  await forget(layout, name)
  await pruneFolders(layout.home, path)
  return 'removed'
}

/** Removes what a put left. A put that is still going on fails at its last step. */
export async function volumeAbort(
  layout: VolumeLayout,
  { name, uploadID }: HalfUpload,
): Promise<'aborted' | 'absent'> {
  let removed = 0
  const remove = async (path: string, upTo: string) => {
    try {
      await unlink(path)
      removed += 1
      await pruneFolders(upTo, path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  if (uploadID !== '') await remove(layout.upload(name, uploadID), layout.uploads)
  const about = await readAbout(layout.aboutOf(name))
  // A claim that was not finished names no upload.
  const claimed = (about?.uploadID ?? '') === uploadID
  if (claimed && (await lookAt(layout.root, layout.object(name))) === undefined)
    await remove(layout.aboutOf(name), layout.about)
  return removed > 0 ? 'aborted' : 'absent'
}

async function forget(layout: VolumeLayout, name: string): Promise<void> {
  await rm(layout.aboutOf(name), { force: true })
  await pruneFolders(layout.about, layout.aboutOf(name))
}
