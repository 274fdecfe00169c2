import { type Retry } from '../kube/errors.ts'

/** The conditions that a failure can show on. */
export type FailureCondition = 'Ready' | 'DatabaseReady' | 'KeysReady' | 'RuntimeReady' | 'EndpointReady'

interface Details {
  retry: Retry
  condition?: FailureCondition
  cause?: unknown
}

/** A failure of the operator with a stable code, listed in docs/errors.md. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly code: OperatorErrorCode
  readonly retry: Retry
  readonly condition: FailureCondition
  constructor(code: OperatorErrorCode, message: string, { retry, condition = 'Ready', cause }: Details) {
    super(message, { cause })
    this.code = code
    this.retry = retry
    this.condition = condition
  }
}

export const operatorErrorCodes = [
  /** The object that a step builds on went away or was replaced since it was seen. */
  'OBSERVATION_STALE',
  /** Somebody else took the name between our look and our write. */
  'CLAIM_LOST',
  /** A Secret of ours does not hold what we wrote into it. */
  'MASTER_UNREADABLE',
  /** A Secret that a class names is missing, or lacks keys. */
  'SECRET_MISSING',
  /** Parts of a tenant's journal are gone, and in a recovery set only. */
  'JOURNAL_LOST',
  /** A tenant's journal has no room for more. */
  'JOURNAL_FULL',
  /** The Job that puts ciphertext on a class's volume failed. */
  'KEEP_FAILED',
  /** Steps were still left after the last round of one reconcile. */
  'NOT_SETTLED',
] as const

export type OperatorErrorCode = (typeof operatorErrorCodes)[number]
