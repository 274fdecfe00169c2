/** A backup as a Job leaves it in a store, without a database: bytes, and a genuine manifest of them. */
import {
  type BackupName,
  bundleName,
  manifestName,
  wholeSeconds,
} from '../../../operator/src/backups/object-name.ts'
import { manifestOf } from '../../../operator/src/backups/manifest.ts'
import { signManifest } from '../../../operator/src/backups/sign-manifest.ts'
import { type BackupStore } from '../../../operator/src/providers/backups/port.ts'
import { bundleBytes, manifestFacts, type testInstallation } from '../backup-bundle.ts'

// eslint-disable-next-line @typescript-eslint/require-await -- the store takes a stream
export async function* once(bytes: Uint8Array | string) {
  yield Buffer.from(bytes)
}

export const signedManifest = (
  of: BackupName,
  { privateKey }: Pick<ReturnType<typeof testInstallation>, 'privateKey'>,
): string => {
  const { installationID, tenantID, sequence } = of
  const startedAt = wholeSeconds(of.startedAt)
  const dates = { startedAt, completedAt: startedAt, expiresAt: wholeSeconds(of.expiresAt) }
  return signManifest(
    manifestOf({ ...manifestFacts, installationID, tenantID, sequence, ...dates }),
    privateKey,
  )
}

/** `signed`: what lies in the place of its manifest; absent for half a backup. */
export async function putBackup(
  store: BackupStore,
  of: BackupName,
  signed: string | undefined,
): Promise<void> {
  const { expiresAt } = of
  await store.put({ name: bundleName(of), expiresAt }, once(bundleBytes))
  if (signed !== undefined) await store.put({ name: manifestName(of), expiresAt }, once(signed))
}
