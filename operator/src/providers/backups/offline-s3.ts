import { type OfflinePlace, type OfflineStore } from './offline-port.ts'
import { type BackupStore } from './port.ts'
import { putOffline } from './put-offline.ts'

/** Somebody waits for it, and it is tried again: no reason to be as patient as a backup is. */
const patienceMs = 20_000

type S3Place = Extract<OfflinePlace, { kind: 's3' }>

/** Beside the backups of an S3 store, from this process. Its code is loaded when it is needed first. */
export function createOfflineS3() {
  const within = async <T>({ options }: S3Place, work: (store: BackupStore) => Promise<T>): Promise<T> => {
    const { createS3Store } = await import('./s3.ts')
    const store = createS3Store({ ...options, patienceMs })
    try {
      return await work(store)
    } finally {
      store.close()
    }
  }
  return {
    put: (place: S3Place, ...rest: Tail<Parameters<OfflineStore['put']>>) =>
      within(place, (store) => putOffline(store, ...rest)),
    has: (place: S3Place, ...[stored, signal]: Tail<Parameters<OfflineStore['has']>>) =>
      within(place, async (store) => {
        const found = await store.head(stored.name, signal)
        return found !== undefined && (stored.version === undefined || found.version === stored.version)
      }),
  }
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never
