import { type Caller } from '../domain/audit-event.ts'
import { type Pool } from './pool.ts'
import { isAlive, type Alive } from './sessions.ts'

export interface Rotation extends Alive {
  presented: Buffer
  next: Buffer
  /** The sliding end of the next token; the session's own end cuts it. */
  nextExpiresAt: Date
}

export interface RotatedSession {
  id: string
  userID: string
  authenticatedAt: Date
  expiresAt: Date
}

/** Spends a refresh token and stores its successor, in one statement; `undefined` when it is not good any more. */
export async function rotateRefreshToken(db: Pool, rotation: Rotation): Promise<RotatedSession | undefined> {
  const { rows } = await db.query<RotatedSession>({
    name: 'rotate-refresh-token',
    text: `
      WITH spent AS (
        UPDATE auth.refresh_tokens AS t SET used_at = $2
        FROM auth.sessions AS s JOIN auth.users AS u ON u.id = s.user_id AND u.state = 'active'
        WHERE t.secret_hash = $1 AND t.used_at IS NULL AND t.expires_at > $2
          AND s.id = t.session_id AND ${isAlive}
        RETURNING s.id, s.user_id, s.authenticated_at, s.expires_at
      ), next AS (
        INSERT INTO auth.refresh_tokens (secret_hash, session_id, created_at, expires_at)
        SELECT $4, id, $2, least($5::timestamptz, expires_at) FROM spent
      ), seen AS (
        UPDATE auth.sessions SET last_seen_at = $2 FROM spent WHERE sessions.id = spent.id
      )
      SELECT id, user_id AS "userID", authenticated_at AS "authenticatedAt", expires_at AS "expiresAt" FROM spent`,
    values: [rotation.presented, rotation.now, rotation.signedInSince, rotation.next, rotation.nextExpiresAt],
  })
  return rows[0]
}

/**
 * What follows on a token that could not be spent: one that was spent before is in two hands, so its session ends,
 * and the family with it. Either way an audit event is written, in the same statement.
 */
export async function refuseRefreshToken(
  db: Pool,
  presented: Buffer,
  event: { auditID: string; now: Date; caller: Caller },
): Promise<'token_reused' | 'token_unknown'> {
  const { rows } = await db.query({
    name: 'refuse-refresh-token',
    text: `
      WITH ended AS (
        DELETE FROM auth.sessions
        WHERE id = (SELECT session_id FROM auth.refresh_tokens WHERE secret_hash = $1 AND used_at IS NOT NULL)
        RETURNING user_id
      ), audit AS (
        INSERT INTO auth.audit_events (id, occurred_at, type, outcome, reason, user_id, ip, user_agent, country)
        SELECT $2, $3, 'token_refresh', 'failure',
               CASE WHEN user_id IS NULL THEN 'token_unknown' ELSE 'token_reused' END, user_id, $4, $5, $6
        FROM (SELECT) AS once LEFT JOIN ended ON true
      )
      SELECT FROM ended`,
    values: [
      presented,
      event.auditID,
      event.now,
      event.caller.ip,
      event.caller.userAgent,
      event.caller.country,
    ],
  })
  return rows.length > 0 ? 'token_reused' : 'token_unknown'
}
