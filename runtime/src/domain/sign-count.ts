/**
 * Whether an authenticator's signature counter moved on: a counter that stands still or falls back says that the
 * passkey was copied. Synchronised passkeys count nothing and always say 0. The database holds the same rule in
 * the statement that stores the counter, so that of two answers with one counter only one passes.
 */
export const signCountAdvances = (stored: number, seen: number): boolean =>
  seen > stored || (stored === 0 && seen === 0)
