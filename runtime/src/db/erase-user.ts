import { inTransaction } from './transaction.ts'
import { type Pool } from './pool.ts'

export interface UserToErase {
  userID: string
  auditID: string
  now: Date
  receipt: { hash: Buffer; expiresAt: Date }
}

/**
 * Erases a person: everything that refers to them goes with them, and triggers write the journal and take address and
 * identifier out of their audit events. The event of the erasure itself is born without. Gives the handle that their
 * passkeys keep; `undefined` when they were gone already.
 */
export function eraseUser(
  db: Pool,
  { userID, auditID, now, receipt }: UserToErase,
): Promise<Buffer | undefined> {
  return inTransaction(db, async (client) => {
    // In the order in which signing in and refreshing take their rows, so that none waits for the other in a ring.
    await client.query('SELECT FROM auth.passkeys WHERE user_id = $1 ORDER BY credential_id FOR UPDATE', [
      userID,
    ])
    await client.query(
      'DELETE FROM auth.refresh_tokens WHERE session_id IN (SELECT id FROM auth.sessions WHERE user_id = $1)',
      [userID],
    )
    const { rows } = await client.query<{ handle: Buffer }>(
      'DELETE FROM auth.users WHERE id = $1 RETURNING handle',
      [userID],
    )
    const handle = rows[0]?.handle
    if (handle === undefined) return undefined
    await client.query(
      `WITH audit AS (
         INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id)
         VALUES ($1, $2, 'account_erasure', 'success', $3)
       )
       INSERT INTO auth.erasure_receipts (receipt_hash, journal_id, expires_at)
       VALUES ($4, currval('outbox.journal_id_seq'), $5)`,
      [auditID, now, userID, receipt.hash, receipt.expiresAt],
    )
    return handle
  })
}
