interface Details {
  cause?: unknown
  sqlState?: string | undefined
}

/** What every failure of a database carries; `message` never holds a password or a verifier. */
abstract class DatabaseFailure extends Error {
  readonly condition = 'DatabaseReady'
  /** Five characters, the server's own; absent when no server answered. */
  readonly sqlState: string | undefined
  constructor(message: string, { cause, sqlState }: Details = {}) {
    super(message, { cause })
    this.sqlState = sqlState
  }
}

/** The server cannot be talked to now: network, TLS, start-up, failover, no free connection. */
export class DatabaseUnreachable extends DatabaseFailure {
  override readonly name = 'DatabaseUnreachable'
  readonly code = 'DATABASE_UNREACHABLE'
  readonly retry = 'backoff'
}

/** The server understood and said no: a person has to change something. */
export class DatabaseRefused extends DatabaseFailure {
  override readonly name = 'DatabaseRefused'
  readonly code = 'DATABASE_REFUSED'
  readonly retry = 'backoff'
}

/** Somebody else was at the same thing in the same moment: observe again. */
export class DatabaseConflict extends DatabaseFailure {
  override readonly name = 'DatabaseConflict'
  readonly code = 'DATABASE_CONFLICT'
  readonly retry = 'soon'
}

export type DatabaseError = DatabaseUnreachable | DatabaseRefused | DatabaseConflict
