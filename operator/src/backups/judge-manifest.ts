import { JobError } from './errors.ts'
import { type Manifest } from './manifest.ts'

/** Which backup is meant, as the cluster knows it (or, where the cluster was lost, as a person confirmed it). */
export interface ExpectedBackup {
  installationID: string
  tenantID: string
  sequence: number
  /** The bundle's name, dates included. */
  object: string
  /** Of the bundle, where the cluster still knows it: no other bundle passes, whoever signed its manifest. */
  sha256?: string | undefined
  /** It may be used though its date is past: it is the newest of a living tenant, which is kept until there is a newer one. */
  spared?: boolean
}

/** What the store says of the bundle beside its content. */
export interface StoredFacts {
  bytes: number
  expiresAt: Date | undefined
}

/** Refuses a manifest that is genuine and of another backup, or of one whose date is past. */
export function judgeManifest(manifest: Manifest, expected: ExpectedBackup, now: Date): void {
  const { installationID, tenantID, sequence, object, expiresAt, bundle } = manifest
  if (installationID !== expected.installationID) {
    throw new JobError(
      'BACKUP_OF_ANOTHER_INSTALLATION',
      `This is a backup of installation ${installationID}, not of ${expected.installationID}. Name a backup of this installation.`,
    )
  }
  if (tenantID !== expected.tenantID) {
    throw new JobError(
      'BACKUP_OF_ANOTHER_TENANT',
      `This is a backup of tenant ${tenantID}, not of ${expected.tenantID}. Name a backup of the right tenant, and find out who moved it.`,
    )
  }
  if (sequence !== expected.sequence || object !== expected.object) {
    throw new JobError(
      'BACKUP_REPLACED',
      `Backup ${String(sequence)} (${object}) lies where backup ${String(expected.sequence)} (${expected.object}) should. Somebody put it there: restore another one, and find out who.`,
    )
  }
  if (expected.sha256 !== undefined && expected.sha256 !== bundle.sha256) {
    throw new JobError(
      'BACKUP_REPLACED',
      `Backup ${String(sequence)} was made again after it was taken: its SHA-256 is another. Somebody has the installation's key: restore another one, and change the key.`,
    )
  }
  if (expected.spared !== true && now.getTime() >= Date.parse(expiresAt)) {
    throw new JobError(
      'BACKUP_EXPIRED',
      `Backup ${String(sequence)} was to be gone by ${expiresAt}. Name a newer one.`,
    )
  }
}

/** The date is told three times: in the name (which the manifest is held to), by the store, in the manifest. They agree. */
export function judgeStored({ bundle, expiresAt }: Manifest, stored: StoredFacts): void {
  if (stored.expiresAt?.getTime() !== Date.parse(expiresAt)) {
    const theirs = stored.expiresAt?.toISOString() ?? 'no date'
    throw new JobError(
      'BACKUP_DATES_DISAGREE',
      `The manifest says that the backup expires at ${expiresAt}, the store says ${theirs}. Somebody changed it: use another backup.`,
    )
  }
  judgeSize(bundle.bytes, stored.bytes)
}

/** Refuses a bundle by what was counted while it was read. */
export function judgeBundle({ bundle }: Manifest, read: { bytes: number; sha256: string }): void {
  judgeSize(bundle.bytes, read.bytes)
  if (read.sha256 === bundle.sha256) return
  throw new JobError(
    'BUNDLE_DAMAGED',
    'The bundle is not what its manifest says: its SHA-256 is another. It was damaged or replaced in the store; use another backup.',
  )
}

/** Refuses what was decrypted by what was counted. */
export function judgePlaintext({ plaintext }: Manifest, read: { bytes: number; sha256: string }): void {
  if (read.sha256 === plaintext.sha256 && read.bytes === plaintext.bytes) return
  throw new JobError(
    'BUNDLE_DAMAGED',
    'What comes out of the bundle is not what its manifest says, though the bundle is. Use another backup, and report this: it should not be possible.',
  )
}

function judgeSize(expected: number, found: number): void {
  if (found === expected) return
  throw new JobError(
    'BUNDLE_CUT',
    `The bundle has ${String(found)} bytes, and its manifest says ${String(expected)}. It was cut or replaced in the store; use another backup.`,
  )
}
