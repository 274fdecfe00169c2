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

/** The constraint that a challenge's second use runs into. */
export const usedChallengeConstraint = 'used_challenges_pkey'
