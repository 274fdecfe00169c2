import { databaseNames } from '../../../api/v1alpha1/names.ts'
import { documentText } from '../../../backups/documents.ts'
import { wholeSeconds } from '../../../backups/object-name.ts'
import { type BackupRendering, type ClassWithStore } from '../rendering.ts'

/** How long a container waits for the other one, its image being pulled meanwhile. */
const peerWaitSeconds = 900

/** `job.json` of a backup's Job. Holds no secret. */
export function backupDocument({
  of,
  reason,
  class: tenantClass,
  recipient,
  installationKeys,
}: BackupRendering): string {
  const { host, port, tls } = tenantClass.database
  const { database: name, backup: username } = databaseNames(of.tenantID)
  return documentText({
    backup: { ...of, startedAt: wholeSeconds(of.startedAt), expiresAt: wholeSeconds(of.expiresAt) },
    database: { host, port, tls: tls === 'Disable' ? 'disable' : 'verify-full', name, username },
    store: storePlace(tenantClass),
    ...{ installationKeys, peerWaitSeconds, reason, recipient },
  })
}

/** Where a Job finds the class's store. */
export function storePlace({ backups }: ClassWithStore) {
  const { s3 } = backups.store
  if (!s3) return { kind: 'volume', prefix: '' } as const
  const { endpoint, region, bucket, prefix, forcePathStyle } = s3
  return { kind: 's3', endpoint, region, bucket, prefix, forcePathStyle } as const
}
