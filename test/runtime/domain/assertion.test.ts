import { describe, expect, it } from 'vitest'
import { checkAssertion } from '../../../runtime/src/domain/assertion.ts'
import { type AuthenticatorData } from '../../../runtime/src/domain/authenticator-data.ts'

const rpIdHash = Buffer.alloc(32, 1)
const userHandle = Buffer.alloc(64, 2)
const passkey = { userHandle, backupEligible: true }
const good: AuthenticatorData = {
  rpIdHash,
  userPresent: true,
  userVerified: true,
  backupEligible: true,
  backedUp: false,
  signCount: 0,
}

describe('checkAssertion', () => {
  it.each<[string, Partial<AuthenticatorData>, Uint8Array | undefined, ReturnType<typeof checkAssertion>]>([
    ['all is well', {}, userHandle, undefined],
    ['the backup state may change', { backedUp: true }, userHandle, undefined],
    ['it is for another site', { rpIdHash: Buffer.alloc(32) }, userHandle, 'wrong_rp_id'],
    ['nobody was there', { userPresent: false }, userHandle, 'user_not_present'],
    ['nobody was verified', { userVerified: false }, userHandle, 'user_not_verified'],
    ['it does not say whose it is', {}, undefined, 'user_handle_missing'],
    ['it is somebody else’s', {}, Buffer.alloc(64, 3), 'user_handle_mismatch'],
    ['the handle is cut', {}, userHandle.subarray(1), 'user_handle_mismatch'],
    ['the handle is empty', {}, Buffer.alloc(0), 'user_handle_mismatch'],
    [
      'eligibility for backup never changes',
      { backupEligible: false },
      userHandle,
      'backup_eligibility_changed',
    ],
  ])('%s', (_because, change, handle, fault) => {
    expect(checkAssertion({ ...good, ...change }, handle, passkey, rpIdHash)).toBe(fault)
  })
})
