import {
  openSession,
  sessionValues,
  spendChallenge,
  usedChallengeConstraint,
  type NewSession,
} from './new-session.ts'
import { violates, type Pool } from './pool.ts'

export interface SignUp extends NewSession {
  user: { id: string; handle: Buffer; name: string }
  passkey: {
    credentialID: Buffer
    publicKey: Buffer
    algorithm: number
    signCount: number
    backupEligible: boolean
    backedUp: boolean
    transports: string[]
    aaguid: string
  }
}

const text = `
  WITH ${spendChallenge}, person AS (
    INSERT INTO auth.users (id, handle, name, created_at) VALUES ($13, $14, $15, $3)
    RETURNING id AS user_id
  ), passkey AS (
    INSERT INTO auth.passkeys (credential_id, user_id, public_key, algorithm, sign_count, backup_eligible,
                               backed_up, transports, aaguid, created_at, last_used_at)
    SELECT $16, user_id, $17, $18, $19, $20, $21, $22, $23, $3, $3 FROM person
  ), ${openSession('person')}
  INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, ip, user_agent, country)
  SELECT $12, $3, 'sign_up', 'success', user_id, $7, $8, $9 FROM person`

/**
 * A new person with their first passkey and a session, as one statement. A spent challenge, or a passkey that
 * somebody has already, fails the whole of it.
 */
export async function signUp(
  db: Pool,
  attempt: SignUp,
): Promise<'challenge_reused' | 'passkey_known' | undefined> {
  try {
    await db.query({
      name: 'sign-up',
      text,
      values: [
        ...sessionValues(attempt),
        attempt.user.id,
        attempt.user.handle,
        attempt.user.name,
        attempt.passkey.credentialID,
        attempt.passkey.publicKey,
        attempt.passkey.algorithm,
        attempt.passkey.signCount,
        attempt.passkey.backupEligible,
        attempt.passkey.backedUp,
        attempt.passkey.transports,
        attempt.passkey.aaguid,
      ],
    })
    return undefined
  } catch (error) {
    if (violates(error, usedChallengeConstraint) || violates(error, 'users_handle_key'))
      return 'challenge_reused'
    if (violates(error, 'passkeys_pkey')) return 'passkey_known'
    throw error
  }
}
