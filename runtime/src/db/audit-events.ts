import { type FailedAttempt } from '../domain/audit-event.ts'
import { type Pool } from './pool.ts'

/**
 * Writes an attempt that failed before the database was asked for more. Whose it is follows from the passkey now, while
 * it is known: what concerns a person is found again when they are erased.
 */
export async function recordFailedAttempt(db: Pool, attempt: FailedAttempt): Promise<void> {
  await db.query({
    name: 'record-failed-attempt',
    text: `
      INSERT INTO auth.audit_events (id, occurred_at, type, outcome, reason, identifier, ip, user_agent, country, user_id)
      VALUES ($1, $2, $3, 'failure', $4, $5, $6, $7, $8,
              (SELECT user_id FROM auth.passkeys WHERE credential_id = $9))`,
    values: [
      attempt.id,
      attempt.occurredAt,
      attempt.type,
      attempt.reason,
      attempt.identifier,
      attempt.caller.ip,
      attempt.caller.userAgent,
      attempt.caller.country,
      attempt.identifier === null ? null : Buffer.from(attempt.identifier, 'base64url'),
    ],
  })
}
