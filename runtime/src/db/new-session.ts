import { type Caller } from '../domain/audit-event.ts'

/** A session about to be written: it lives by a cookie's secret, or by refresh tokens. */
export interface NewSession {
  id: string
  auditID: string
  now: Date
  expiresAt: Date
  cookieHash: Buffer | null
  refresh: { hash: Buffer; expiresAt: Date } | null
  caller: Caller
  challenge: { hash: Buffer; expiresAt: Date }
}

/** The first parameters of a statement that opens a session; its own begin at $13. */
export const sessionValues = (session: NewSession): unknown[] => [
  session.challenge.hash,
  session.challenge.expiresAt,
  session.now,
  session.id,
  session.cookieHash,
  session.expiresAt,
  session.caller.ip,
  session.caller.userAgent,
  session.caller.country,
  session.refresh?.hash ?? null,
  session.refresh?.expiresAt ?? null,
  session.auditID,
]

/** `challenge`: a challenge that was spent before fails the whole statement. */
export const spendChallenge = `
  challenge AS (
    INSERT INTO auth.used_challenges (hash, expires_at) VALUES ($1, $2)
  )`

/** The constraint that a challenge's second use runs into. */
export const usedChallengeConstraint = 'used_challenges_pkey'

/** `session` and `refresh_token`: for the `user_id` that the part named `person` returned, if it returned one. */
export const openSession = (person: string): string => `
  session AS (
    INSERT INTO auth.sessions (id, user_id, secret_hash, authenticated_at, created_at, last_seen_at, expires_at,
                               ip, user_agent, country)
    SELECT $4, user_id, $5, $3, $3, $3, $6, $7, $8, $9 FROM ${person}
    RETURNING id
  ), refresh_token AS (
    INSERT INTO auth.refresh_tokens (secret_hash, session_id, created_at, expires_at)
    SELECT $10, id, $3, $11 FROM session WHERE $10::bytea IS NOT NULL
  )`
