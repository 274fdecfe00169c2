import { type AuditEvent } from '../domain/audit-event.ts'
import { type Pool } from './pool.ts'

/** Writes an event that changes nothing else: an attempt that failed before the database was asked for more. */
export async function recordEvent(db: Pool, event: AuditEvent): Promise<void> {
  await db.query({
    name: 'record-event',
    text: `
      INSERT INTO auth.audit_events (id, occurred_at, type, outcome, reason, user_id, identifier, ip, user_agent, country)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      event.id,
      event.occurredAt,
      event.type,
      event.outcome,
      event.reason,
      event.userID,
      event.identifier,
      event.caller.ip,
      event.caller.userAgent,
      event.caller.country,
    ],
  })
}
