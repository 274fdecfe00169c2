import { type Caller } from '../domain/audit-event.ts'
import { type Pool } from './pool.ts'

export interface StoredSession {
  id: string
  userID: string
  name: string
  authenticatedAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

/** What is asked of a session that is to be alive. */
export interface Alive {
  /** It is not past its end. */
  now: Date
  /** The person signed in then or later. */
  signedInSince: Date
}

/** The same as a condition on `s`, a row of auth.sessions: $2 is `now`, $3 is `signedInSince`. */
export const isAlive = 's.expires_at > $2 AND s.authenticated_at >= $3'

const selectSession = `
  SELECT s.id, s.user_id AS "userID", u.name, s.authenticated_at AS "authenticatedAt",
         s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"
  FROM auth.sessions AS s JOIN auth.users AS u ON u.id = s.user_id AND u.state = 'active'`

/** The live session behind a cookie, used since `usedSince`. */
export async function findSessionBySecret(
  db: Pool,
  secretHash: Buffer,
  alive: Alive & { usedSince: Date },
): Promise<StoredSession | undefined> {
  const { rows } = await db.query<StoredSession>({
    name: 'find-session-by-secret',
    text: `${selectSession} WHERE s.secret_hash = $1 AND ${isAlive} AND s.last_seen_at > $4`,
    values: [secretHash, alive.now, alive.signedInSince, alive.usedSince],
  })
  return rows[0]
}

/** The live session that an access token names. */
export async function findSessionByID(
  db: Pool,
  id: string,
  alive: Alive,
): Promise<StoredSession | undefined> {
  const { rows } = await db.query<StoredSession>({
    name: 'find-session-by-id',
    text: `${selectSession} WHERE s.id = $1 AND ${isAlive}`,
    values: [id, alive.now, alive.signedInSince],
  })
  return rows[0]
}

export async function touchSession(db: Pool, id: string, now: Date): Promise<void> {
  await db.query({
    name: 'touch-session',
    text: 'UPDATE auth.sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2',
    values: [id, now],
  })
}

/** Which session to end: by its ID, or by a secret that belongs to it. */
export type SessionToEnd = { id: string } | { cookieHash: Buffer } | { refreshHash: Buffer }

/** Signs out: the session, its refresh tokens with it, and the audit event, in one statement. False: none was there. */
export async function endSession(
  db: Pool,
  which: SessionToEnd,
  event: { auditID: string; now: Date; caller: Caller },
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'end-session',
    text: `
      WITH ended AS (
        DELETE FROM auth.sessions
        WHERE id = $1 OR secret_hash = $2
           OR id = (SELECT session_id FROM auth.refresh_tokens WHERE secret_hash = $3)
        RETURNING user_id
      ), audit AS (
        INSERT INTO auth.audit_events (id, occurred_at, type, outcome, user_id, ip, user_agent, country)
        SELECT $4, $5, 'sign_out', 'success', user_id, $6, $7, $8 FROM ended
      )
      SELECT FROM ended`,
    values: [
      'id' in which ? which.id : null,
      'cookieHash' in which ? which.cookieHash : null,
      'refreshHash' in which ? which.refreshHash : null,
      event.auditID,
      event.now,
      event.caller.ip,
      event.caller.userAgent,
      event.caller.country,
    ],
  })
  return rows.length > 0
}
