import { type Caller } from '../domain/audit-event.ts'
import { inTransaction } from './transaction.ts'
import { type Pool } from './pool.ts'

export interface PasskeyToRemove {
  credentialID: Buffer
  userID: string
  /** The session that asks: the only one of this person that goes on. */
  sessionID: string
  auditID: string
  now: Date
  caller: Caller
}

export type PasskeyRemoval = 'removed' | 'unknown_passkey' | 'last_passkey'

/**
 * Removes one of a person's passkeys, never the last. Whoever held it may have opened any session of this person: all
 * end but the one that asks, and their refresh tokens with them.
 */
export function removePasskey(db: Pool, deed: PasskeyToRemove): Promise<PasskeyRemoval> {
  const { credentialID, userID, sessionID, auditID, now, caller } = deed
  return inTransaction(db, async (client) => {
    // Of two removals at once the second counts after the first. A sign-in takes a weaker lock and does not wait.
    await client.query('SELECT FROM auth.users WHERE id = $1 FOR NO KEY UPDATE', [userID])
    const { rows } = await client.query<{ meant: boolean }>(
      'SELECT credential_id = $2 AS meant FROM auth.passkeys WHERE user_id = $1',
      [userID, credentialID],
    )
    if (!rows.some(({ meant }) => meant)) return 'unknown_passkey'
    if (rows.length === 1) return 'last_passkey'
    await client.query('DELETE FROM auth.passkeys WHERE credential_id = $1', [credentialID])
    // Tokens before sessions, as a refresh takes them.
    await client.query(
      `DELETE FROM auth.refresh_tokens
       WHERE session_id IN (SELECT id FROM auth.sessions WHERE user_id = $1 AND id <> $2)`,
      [userID, sessionID],
    )
    await client.query(
      `WITH ended AS (
         DELETE FROM auth.sessions WHERE user_id = $1 AND id <> $2
       )
       INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, ip, user_agent, country)
       VALUES ($3, $4, 'passkey_removal', 'success', $1, $5, $6, $7)`,
      [userID, sessionID, auditID, now, caller.ip, caller.userAgent, caller.country],
    )
    return 'removed'
  })
}
