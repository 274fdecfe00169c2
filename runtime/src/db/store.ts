import { recordFailedAttempt } from './audit-events.ts'
import { eraseUser } from './erase-user.ts'
import { findErasure } from './erasure-receipts.ts'
import { findPasskey, listPasskeys } from './passkeys.ts'
import { type Pool } from './pool.ts'
import { refuseRefreshToken, rotateRefreshToken } from './refresh-tokens.ts'
import { removePasskey } from './remove-passkey.ts'
import { readSchemaVersion } from './schema-version.ts'
import { readChallengeKey } from './service-keys.ts'
import { endSession, findSessionByID, findSessionBySecret, touchSession } from './sessions.ts'
import { signIn } from './sign-in.ts'
import { signUp } from './sign-up.ts'

type Bound<F> = F extends (db: Pool, ...args: infer A) => infer R ? (...args: A) => R : never

const operations = {
  endSession,
  eraseUser,
  findErasure,
  findPasskey,
  findSessionByID,
  findSessionBySecret,
  listPasskeys,
  readChallengeKey,
  readSchemaVersion: (db: Pool) => readSchemaVersion(db),
  recordFailedAttempt,
  refuseRefreshToken,
  removePasskey,
  rotateRefreshToken,
  signIn,
  signUp,
  touchSession,
}

/** Everything that the service asks of its database. */
export type Store = { readonly [K in keyof typeof operations]: Bound<(typeof operations)[K]> }

/** Binds the operations to a pool; `around` sees every one of them, for traces. */
export function createStore(
  pool: Pool,
  around: <T>(operation: string, run: () => Promise<T>) => Promise<T>,
): Store {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (...args: never[]) =>
        around(name, () => (operation as (...all: unknown[]) => Promise<never>)(pool, ...args)),
    ]),
  ) as unknown as Store
}
