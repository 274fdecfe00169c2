import { usedChallengeConstraint, type NewSession } from './new-session.ts'
import { violates, type Pool } from './pool.ts'

export interface SignIn extends NewSession {
  credentialID: Buffer
  userID: string
  signCount: number
  backedUp: boolean
}

export type SignedIn = { name: string } | 'challenge_reused' | 'account_or_counter'

/**
 * A sign-in as one statement, so one commit: spends the challenge, moves the passkey's counter on, opens the session,
 * and writes the audit event, whichever way it ended. A counter that stands still or falls back says that the passkey
 * was copied, but for synchronised ones, which always say 0; judged in the update itself, so that of two answers with
 * one counter only one passes. A challenge spent before fails the whole statement, and changes nothing.
 */
export async function signIn(db: Pool, attempt: SignIn): Promise<SignedIn> {
  try {
    const { rows } = await db.query<{ name: string }>({
      name: 'sign-in',
      text: `
        WITH challenge AS (
          INSERT INTO auth.used_challenges (hash, expires_at) VALUES ($1, $2)
        ), passkey AS (
          UPDATE auth.passkeys AS p SET sign_count = $4, backed_up = $5, last_used_at = $6
          FROM auth.users AS u
          WHERE p.credential_id = $3 AND u.id = p.user_id AND u.state = 'active'
            AND (p.sign_count < $4 OR (p.sign_count = 0 AND $4 = 0))
          RETURNING p.user_id, u.name
        ), session AS (
          INSERT INTO auth.sessions (id, user_id, secret_hash, authenticated_at, created_at, last_seen_at, expires_at,
                                     ip, user_agent, country)
          SELECT $7, user_id, $8, $6, $6, $6, $9, $10, $11, $12 FROM passkey
          RETURNING id
        ), refresh_token AS (
          INSERT INTO auth.refresh_tokens (secret_hash, session_id, created_at, expires_at)
          SELECT $13, id, $6, $14 FROM session WHERE $13::bytea IS NOT NULL
        ), audit AS (
          INSERT INTO auth.audit_events (id, occurred_at, type, outcome, reason, user_id, identifier,
                                         ip, user_agent, country)
          SELECT $15, $6, 'sign_in', CASE WHEN user_id IS NULL THEN 'failure' ELSE 'success' END,
                 CASE WHEN user_id IS NULL THEN 'account_or_counter' END, $16, NULL, $10, $11, $12
          FROM (SELECT) AS once LEFT JOIN passkey ON true
        )
        SELECT name FROM passkey`,
      values: [
        attempt.challenge.hash,
        attempt.challenge.expiresAt,
        attempt.credentialID,
        attempt.signCount,
        attempt.backedUp,
        attempt.now,
        attempt.id,
        attempt.cookieHash,
        attempt.expiresAt,
        attempt.caller.ip,
        attempt.caller.userAgent,
        attempt.caller.country,
        attempt.refresh?.hash ?? null,
        attempt.refresh?.expiresAt ?? null,
        attempt.auditID,
        attempt.userID,
      ],
    })
    return rows[0] ?? 'account_or_counter'
  } catch (error) {
    if (violates(error, usedChallengeConstraint)) return 'challenge_reused'
    throw error
  }
}
