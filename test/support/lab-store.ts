/** A store on a volume for a lab, and how it is made to fail. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BackupStore, type StoredObject } from '../../operator/src/providers/backups/port.ts'
import { createVolumeStore } from '../../operator/src/providers/backups/volume.ts'

export const volumeIn = (folder: string): BackupStore => {
  const root = join(folder, 'store')
  mkdirSync(root)
  return createVolumeStore({ root, prefix: '' })
}

/** The names of all that lies in a store. */
export async function namesIn(store: BackupStore): Promise<string[]> {
  const all: StoredObject[] = []
  for await (const object of store.list('')) all.push(object)
  return all.map(({ name }) => name)
}

/** The same store with some of its doings replaced. */
export const withStore = (store: BackupStore, change: Partial<BackupStore>): BackupStore => ({
  ...store,
  ...change,
})
