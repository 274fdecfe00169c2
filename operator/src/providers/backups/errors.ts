/** What every failure of a backup store carries; `message` never holds a credential or content. */
abstract class StoreFailure extends Error {
  readonly condition = 'BackupsCurrent'
  /** The store's own word: `AccessDenied`, `ENOSPC`; absent where it said none. */
  readonly reason: string | undefined
  constructor(message: string, reason?: string) {
    super(message)
    this.reason = reason
  }
}

/** Overload, network, a silence: it was tried again until the store's patience was over. */
export class StoreUnavailable extends StoreFailure {
  override readonly name = 'StoreUnavailable'
  readonly code = 'STORE_UNAVAILABLE'
  readonly retry = 'backoff'
}

/** The credential is wrong, or lacks a right, or the object is locked. */
export class StoreDenied extends StoreFailure {
  override readonly name = 'StoreDenied'
  readonly code = 'STORE_DENIED'
  readonly retry = 'backoff'
}

/** The bucket, the volume, the object or the upload is not there. */
export class StoreGone extends StoreFailure {
  override readonly name = 'StoreGone'
  readonly code = 'STORE_GONE'
  readonly retry = 'backoff'
}

/** The store's clock and ours are too far apart for a signature to be taken. */
export class StoreClockSkewed extends StoreFailure {
  override readonly name = 'StoreClockSkewed'
  readonly code = 'STORE_CLOCK_SKEWED'
  readonly retry = 'backoff'
}

/** An object came shorter than the store says that it is, also when asked for the rest. */
export class StoreCut extends StoreFailure {
  override readonly name = 'StoreCut'
  readonly code = 'STORE_CUT'
  readonly retry = 'backoff'
}

/** What was read back is not what was put. */
export class StoreDamaged extends StoreFailure {
  override readonly name = 'StoreDamaged'
  readonly code = 'STORE_DAMAGED'
  readonly retry = 'backoff'
}

/** The name is taken: nothing is ever written over. */
export class StoreExists extends StoreFailure {
  override readonly name = 'StoreExists'
  readonly code = 'STORE_EXISTS'
  readonly retry = 'never'
}

/** Something else lies there than what was decided on: look again. */
export class StoreChanged extends StoreFailure {
  override readonly name = 'StoreChanged'
  readonly code = 'STORE_CHANGED'
  readonly retry = 'soon'
}

/** No room: the disk or the quota. */
export class StoreFull extends StoreFailure {
  override readonly name = 'StoreFull'
  readonly code = 'STORE_FULL'
  readonly retry = 'backoff'
}

/** The store understood and said no to something else; or the name is none that we would give. */
export class StoreRefused extends StoreFailure {
  override readonly name = 'StoreRefused'
  readonly code = 'STORE_REFUSED'
  readonly retry = 'backoff'
}

export type StoreError =
  | StoreUnavailable
  | StoreDenied
  | StoreGone
  | StoreClockSkewed
  | StoreCut
  | StoreDamaged
  | StoreExists
  | StoreChanged
  | StoreFull
  | StoreRefused

/** Ours already: its words are kept as they are. */
export const isStoreError = (error: unknown): error is StoreError => error instanceof StoreFailure
