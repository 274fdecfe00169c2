import { createOnVolume } from '../controllers/recovery/on-volume.ts'
import { type OfflineStore } from '../providers/backups/offline-port.ts'
import { createOfflineS3 } from '../providers/backups/offline-s3.ts'

/** Beside the backups, wherever a class keeps them. */
export function createOfflineStore(ports: Parameters<typeof createOnVolume>[0]): OfflineStore {
  const s3 = createOfflineS3()
  const volume = createOnVolume(ports)
  return {
    put: (place, ...rest) => (place.kind === 's3' ? s3.put(place, ...rest) : volume.put(place, ...rest)),
    // What lies on a volume only a pod could see.
    has: (place, ...rest) => (place.kind === 's3' ? s3.has(place, ...rest) : Promise.resolve(undefined)),
  }
}
