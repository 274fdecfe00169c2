import { type BackupName, bundleName, manifestName } from '../../../../../operator/src/backups/object-name.ts'
import {
  type JournalName,
  type RecoveryName,
  journalName,
  recoveryName,
} from '../../../../../operator/src/backups/offline-name.ts'
import { type ReadManifest, refKey } from '../../../../../operator/src/controllers/backup/sweep/proof.ts'
import { type SweepLook } from '../../../../../operator/src/controllers/backup/sweep/sweep.ts'
import { type StoredObject } from '../../../../../operator/src/providers/backups/port.ts'
import { tenantID } from '../examples.ts'

export const installationID = '0b9c2f6e-2f0f-4f0e-9a51-3c5a4f6f7b10'
export const today = new Date('2026-11-22T12:00:00.000Z')
export const days = (count: number, from = today) => new Date(from.getTime() + count * 86_400_000)

/** Backup number `sequence`, that began `age` days ago and is kept for 30. */
export const backup = (sequence: number, age: number, more: Partial<BackupName> = {}): BackupName => ({
  ...{ installationID, tenantID, sequence, startedAt: days(-age), expiresAt: days(30 - age) },
  ...more,
})

/** A segment of the journal, and a recovery set: written `age` days ago, and kept for 30. */
export const segmentName = (number: number, age: number, more: Partial<JournalName> = {}) =>
  journalName({ installationID, tenantID, number, at: days(-age), expiresAt: days(30 - age), ...more })
export const setName = (number: number, age: number, more: Partial<RecoveryName> = {}) =>
  recoveryName({
    installationID,
    folder: tenantID,
    number,
    at: days(-age),
    expiresAt: days(30 - age),
    ...more,
  })

const bytes = 1000
export const stored = (name: string, storedAt: Date, more: Partial<StoredObject> = {}): StoredObject => ({
  ...{ name, version: 'v1', bytes, storedAt, state: 'current' },
  ...more,
})
export const bundleOf = (of: BackupName, more: Partial<StoredObject> = {}) =>
  stored(bundleName(of), of.startedAt, more)
export const manifestOf = (of: BackupName, more: Partial<StoredObject> = {}) =>
  stored(manifestName(of), of.startedAt, more)
export const whole = (of: BackupName): StoredObject[] => [bundleOf(of), manifestOf(of)]

/** What the genuine manifest of a backup says. */
export const genuine = (of: BackupName): ReadManifest => ({
  object: bundleName(of),
  bundle: { bytes, sha256: 'a'.repeat(64) },
})
export const read = (...backups: BackupName[]) =>
  new Map(backups.map((of) => [refKey(manifestOf(of)), genuine(of)]))

export const look = (objects: StoredObject[], more: Partial<SweepLook> = {}): SweepLook => ({
  installationID,
  objects,
  halfUploads: [],
  manifests: new Map(),
  tenants: new Map([[tenantID, { lives: true }]]),
  memory: 'Whole',
  running: new Set(),
  damaged: new Set(),
  now: today,
  ...more,
})
