import { type StorePlace } from '../backups/documents.ts'
import { type BackupStore } from '../providers/backups/port.ts'
import { type JobConfig } from './config.ts'
import { readIfMounted, readMounted } from './mounted.ts'

/** The store that the document names, with the credential that is mounted. Only what is needed is loaded. */
export async function openStore(
  place: StorePlace,
  { mounted, storeFolder }: JobConfig,
): Promise<BackupStore> {
  if (place.kind === 'volume') {
    const { createVolumeStore } = await import('../providers/backups/volume.ts')
    return createVolumeStore({ root: storeFolder, prefix: place.prefix })
  }
  const { createS3Store } = await import('../providers/backups/s3.ts')
  const { endpoint, region, bucket, prefix, forcePathStyle } = place
  const credentials = {
    accessKeyID: await readMounted(mounted, 'accessKeyID'),
    secretAccessKey: await readMounted(mounted, 'secretAccessKey'),
  }
  const ca = await readIfMounted(mounted, 'storeCa')
  return createS3Store({ endpoint, region, bucket, prefix, forcePathStyle, credentials, ca })
}
