import { checkFolder, checkListed, checkName, checkUploadID } from './check-name.ts'
import { type Outside, system } from './outside.ts'
import { type BackupStore, type VolumeStoreOptions } from './port.ts'
import { volumeError } from './volume-error-table.ts'
import { volumeHead } from './volume-head.ts'
import { volumeLayout } from './volume-layout.ts'
import { volumeHalfUploads, volumeList } from './volume-list.ts'
import { volumePut } from './volume-put.ts'
import { volumeRead } from './volume-read.ts'
import { volumeAbort, volumeRemove } from './volume-remove.ts'

/** A store on a mounted volume. Nothing is asked of it before the first call. */
export function createVolumeStore(options: VolumeStoreOptions, outside: Outside = system): BackupStore {
  const layout = volumeLayout(options.root, checkFolder(options.prefix))
  const own = async <T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> => {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      throw volumeError(doing, error)
    }
  }
  return {
    put: async (object, body, signal) => {
      checkName(object.name)
      signal?.throwIfAborted()
      return await volumePut(layout, outside, object, body, signal)
    },
    read: (object, signal) =>
      own(`Reading ${object.name}`, signal, () =>
        volumeRead(layout, { ...object, name: checkName(object.name) }, signal),
      ),
    head: (name, signal) => own(`Looking at ${name}`, signal, () => volumeHead(layout, checkName(name))),
    list: (folder, signal) => volumeList(layout, checkFolder(folder), signal),
    remove: ({ name, version }, signal) =>
      own(`Removing ${name}`, signal, () => volumeRemove(layout, { name: checkListed(name), version })),
    halfUploads: (folder, signal) => volumeHalfUploads(layout, checkFolder(folder), signal),
    abort: ({ name, uploadID, startedAt }, signal) =>
      own(`Aborting the upload of ${name}`, signal, () =>
        volumeAbort(layout, {
          name: checkListed(name),
          uploadID: checkUploadID(uploadID),
          startedAt,
        }),
      ),
    close: () => {},
  }
}
