/**
 * Where backups lie: one store, be it S3 (s3.ts) or a mounted volume (volume.ts).
 *
 * Flow: `put` takes a stream of unknown length, `verifyStored` (verify-stored.ts) reads it back; `list` and
 * `halfUploads` show everything that lies there, so that a sweep needs no memory; `remove` and `abort` take away
 * exactly what was decided on.
 * Guarantees: an object is there whole or not at all; no name is ever written twice, also where an answer was lost or
 * two writers race; whatever fails in a `put` leaves no object, and no half upload that this process could still abort
 * (a store that falls silent in the very last step may have the object all the same: its name is taken then); no more
 * than a few parts are in memory, however long the stream. Names cannot leave the store's prefix.
 * Patience: overload, network and lost answers are tried again with growing waits until the store's patience is over;
 * a read goes on where it was cut. The caller's signal ends every wait at once with the signal's own reason.
 * Errors: errors.ts; each says what to do, and none holds a credential. An error of the caller's stream comes out of
 * `put` as it is.
 */

/**
 * A name below the store's prefix: segments of letters, digits, `.`, `_` and `-`, separated by `/`; no segment begins
 * with a dot or is longer than 200 characters.
 */
export type ObjectName = string

export interface NewObject {
  name: ObjectName
  /** Kept beside the object where the store keeps such things (S3: `x-amz-meta-kiavi-expires-at`), in whole seconds. */
  expiresAt: Date
  /** About how long the stream will be (the database's size); parts are made so that it fits. Absent: unknown. */
  expectedBytes?: number | undefined
}

/** Names exactly what was seen: an object put in its place has another version. */
export interface ObjectRef {
  name: ObjectName
  /** Opaque; only the store that gave it understands it. */
  version: string
}

export interface PutObject extends ObjectRef {
  bytes: number
  /** By the store's clock. */
  storedAt: Date
  /** Of everything that came out of the stream, hex. */
  sha256: string
}

export interface ObjectHead extends ObjectRef {
  bytes: number
  /** By the store's clock. */
  storedAt: Date
  /** What was given to `put`; absent when the object was put by somebody else. */
  expiresAt: Date | undefined
}

export interface StoredObject extends ObjectRef {
  bytes: number
  /** By the store's clock. */
  storedAt: Date
  /**
   * `current`: what a read by name gives. `hidden`: an older version that the store still keeps, be it behind a newer
   * one or behind a marker. `marker`: the store's note that a name was deleted; no content.
   */
  state: 'current' | 'hidden' | 'marker'
}

/** An upload that was begun and neither completed nor aborted; it may be going on right now. */
export interface HalfUpload {
  name: ObjectName
  uploadID: string
  /** By the store's clock. */
  startedAt: Date
}

export interface OpenObject extends ObjectHead {
  /** To be read once, to its end or broken off; never to be left unread. Ends early with `StoreCut` or `StoreUnavailable`, never silently. */
  body: AsyncIterable<Uint8Array>
}

export interface BackupStore {
  /** Throws `StoreExists` before it takes a byte of the body where the name is taken. */
  put(object: NewObject, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<PutObject>
  /** By name: the current version. Throws `StoreGone` where there is none. */
  read(object: { name: ObjectName; version?: string }, signal?: AbortSignal): Promise<OpenObject>
  /** The current version; undefined where there is none. */
  head(name: ObjectName, signal?: AbortSignal): Promise<ObjectHead | undefined>
  /**
   * Everything below a folder (`''`: everything of ours), all versions, sorted by name. Whatever else lies there is
   * listed too, under its own name, which need not be an ObjectName: it is for the caller to refuse it.
   */
  list(folder: string, signal?: AbortSignal): AsyncIterable<StoredObject>
  /** For good, this version only. `absent`: it was gone already. Throws `StoreChanged` where something else lies there. */
  remove(object: ObjectRef, signal?: AbortSignal): Promise<'removed' | 'absent'>
  halfUploads(folder: string, signal?: AbortSignal): AsyncIterable<HalfUpload>
  /** `absent`: completed or aborted in the meantime. Where the upload still goes on, a late part may need another one. */
  abort(upload: HalfUpload, signal?: AbortSignal): Promise<'aborted' | 'absent'>
  /** Ends idle connections. */
  close(): void
}

export interface StoreCredentials {
  accessKeyID: string
  secretAccessKey: string
}

/** How to reach an S3 bucket. Credentials are values read from a Secret or a file just before, never kept in a plan. */
export interface S3StoreOptions {
  endpoint: string
  region: string
  bucket: string
  /** An ObjectName, or empty. */
  prefix: string
  forcePathStyle: boolean
  credentials: StoreCredentials
  /** PEM; absent: the system's trust store. */
  ca?: string | undefined
  /** For how long a call that fails for a passing reason is tried again. */
  patienceMs?: number
}

export interface VolumeStoreOptions {
  /** The folder where the volume is mounted. */
  root: string
  /** An ObjectName, or empty. */
  prefix: string
}
