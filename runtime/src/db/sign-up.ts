import { usedChallengeConstraint, type NewSession } from './new-session.ts'
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
      text: `
        WITH challenge AS (
          INSERT INTO auth.used_challenges (hash, expires_at) VALUES ($1, $2)
        ), person AS (
          INSERT INTO auth.users (id, handle, name, created_at) VALUES ($3, $4, $5, $6)
        ), passkey AS (
          INSERT INTO auth.passkeys (credential_id, user_id, public_key, algorithm, sign_count, backup_eligible,
                                     backed_up, transports, aaguid, created_at, last_used_at)
          VALUES ($7, $3, $8, $9, $10, $11, $12, $13, $14, $6, $6)
        ), session AS (
          INSERT INTO auth.sessions (id, user_id, secret_hash, authenticated_at, created_at, last_seen_at, expires_at,
                                     ip, user_agent, country)
          VALUES ($15, $3, $16, $6, $6, $6, $17, $18, $19, $20)
        ), refresh_token AS (
          INSERT INTO auth.refresh_tokens (secret_hash, session_id, created_at, expires_at)
          SELECT $21, $15, $6, $22 WHERE $21::bytea IS NOT NULL
        )
        INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, ip, user_agent, country)
        VALUES ($23, $6, 'sign_up', 'success', $3, $18, $19, $20)`,
      values: [
        attempt.challenge.hash,
        attempt.challenge.expiresAt,
        attempt.user.id,
        attempt.user.handle,
        attempt.user.name,
        attempt.now,
        attempt.passkey.credentialID,
        attempt.passkey.publicKey,
        attempt.passkey.algorithm,
        attempt.passkey.signCount,
        attempt.passkey.backupEligible,
        attempt.passkey.backedUp,
        attempt.passkey.transports,
        attempt.passkey.aaguid,
        attempt.id,
        attempt.cookieHash,
        attempt.expiresAt,
        attempt.caller.ip,
        attempt.caller.userAgent,
        attempt.caller.country,
        attempt.refresh?.hash ?? null,
        attempt.refresh?.expiresAt ?? null,
        attempt.auditID,
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
