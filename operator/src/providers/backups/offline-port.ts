/**
 * What lies beside the backups for the day on which the cluster is lost: segments of journals and recovery sets.
 * Promised in prose; made by offline-s3.ts, and by offline-volume.ts for a store that only a pod can reach.
 *
 * Guarantees: what is put is ciphertext, small, and whole in memory; it gets the next number of its kind in its folder,
 * and was read back when `put` resolves. What fails leaves nothing that could pass for it.
 * Errors: those of port.ts.
 */
import { type S3StoreOptions } from './port.ts'

/** Where it is put. Credentials are values read from a Secret just before. */
export type OfflinePlace =
  | { kind: 's3'; options: Omit<S3StoreOptions, 'patienceMs'> }
  /** A PersistentVolumeClaim in the operator's namespace. */
  | { kind: 'volume'; claimName: string }

export interface OfflineObject {
  kind: 'journal' | 'recovery'
  installationID: string
  /** A tenant's ID, or `installation`. */
  folder: string
  /** Whole seconds; so is expiresAt. */
  at: Date
  expiresAt: Date
  ciphertext: Uint8Array
}

export interface OfflineStored {
  name: string
  number: number
  /** Opaque; absent where only a pod saw it. */
  version: string | undefined
}

export interface OfflineStore {
  put(place: OfflinePlace, object: OfflineObject, signal?: AbortSignal): Promise<OfflineStored>
  /** Whether it still lies there; `undefined` where that cannot be asked from here. */
  has(place: OfflinePlace, stored: OfflineStored, signal?: AbortSignal): Promise<boolean | undefined>
}
