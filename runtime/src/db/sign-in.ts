import {
  openSession,
  sessionValues,
  spendChallenge,
  usedChallengeConstraint,
  type NewSession,
} from './new-session.ts'
import { violates, type Pool } from './pool.ts'

export interface SignIn extends NewSession {
  credentialID: Buffer
  userID: string
  signCount: number
  backedUp: boolean
}

const text = `
  WITH ${spendChallenge}, passkey AS (
    UPDATE auth.passkeys AS p SET sign_count = $14, backed_up = $15, last_used_at = $3
    FROM auth.users AS u
    WHERE p.credential_id = $13 AND u.id = p.user_id AND u.state = 'active'
      AND (p.sign_count < $14 OR (p.sign_count = 0 AND $14 = 0))
    RETURNING p.user_id, u.name
  ), ${openSession('passkey')}, audit AS (
    INSERT INTO auth.audit_events (id, occurred_at, type, outcome, reason, user_id, identifier,
                                   ip, user_agent, country)
    SELECT $12, $3, 'sign_in', CASE WHEN user_id IS NULL THEN 'failure' ELSE 'success' END,
           CASE WHEN user_id IS NULL THEN 'account_or_counter' END,
           -- Whoever sent it may remember somebody who was erased since.
           CASE WHEN user_id IS NULL THEN (SELECT id FROM auth.users WHERE id = $16) ELSE user_id END,
           NULL, $7, $8, $9
    FROM (SELECT) AS once LEFT JOIN passkey ON true
  )
  SELECT name FROM passkey`

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
      text,
      values: [
        ...sessionValues(attempt),
        attempt.credentialID,
        attempt.signCount,
        attempt.backedUp,
        attempt.userID,
      ],
    })
    return rows[0] ?? 'account_or_counter'
  } catch (error) {
    if (violates(error, usedChallengeConstraint)) return 'challenge_reused'
    throw error
  }
}
