import { timingSafeEqual } from 'node:crypto'
import { type AuthenticatorData } from './authenticator-data.ts'

/** What is known of the passkey that answers. */
export interface KnownPasskey {
  userHandle: Uint8Array
  backupEligible: boolean
}

export type AssertionFault =
  | 'wrong_rp_id'
  | 'user_not_present'
  | 'user_not_verified'
  | 'user_handle_missing'
  | 'user_handle_mismatch'
  | 'backup_eligibility_changed'

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && timingSafeEqual(a, b)

/**
 * The rules of a sign-in beside challenge, origin and signature. The user handle is required, because we never
 * say which passkeys would do; backup eligibility is fixed for the life of a passkey.
 */
export function checkAssertion(
  data: AuthenticatorData,
  userHandle: Uint8Array | undefined,
  passkey: KnownPasskey,
  rpIdHash: Uint8Array,
): AssertionFault | undefined {
  if (!same(data.rpIdHash, rpIdHash)) return 'wrong_rp_id'
  if (!data.userPresent) return 'user_not_present'
  if (!data.userVerified) return 'user_not_verified'
  if (userHandle === undefined) return 'user_handle_missing'
  if (!same(userHandle, passkey.userHandle)) return 'user_handle_mismatch'
  if (data.backupEligible !== passkey.backupEligible) return 'backup_eligibility_changed'
  return undefined
}
