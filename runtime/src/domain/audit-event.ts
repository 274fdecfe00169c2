/**
 * The audit log: one event for each authentication outcome and for each change of what a person signs in with, written in
 * the transaction that brings it about.
 * A successful refresh is none: it proves nothing new about a person, and would trail their address all day.
 */

export const auditTypes = [
  'sign_up',
  'sign_in',
  'sign_out',
  'token_refresh',
  'passkey_removal',
  'account_erasure',
] as const
export type AuditType = (typeof auditTypes)[number]

export const auditOutcomes = ['success', 'failure'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** Why an attempt failed; for the tenant's records, never for the caller. */
export type AuditReason =
  | 'malformed'
  | 'wrong_type'
  | 'wrong_origin'
  | 'cross_origin'
  | 'challenge_invalid'
  | 'challenge_reused'
  | 'unknown_passkey'
  | 'bad_signature'
  | 'wrong_rp_id'
  | 'user_not_present'
  | 'user_not_verified'
  | 'user_handle_missing'
  | 'user_handle_mismatch'
  | 'backup_eligibility_changed'
  | 'account_or_counter'
  | 'attestation_refused'
  | 'passkey_known'
  | 'token_unknown'
  | 'token_reused'

/** Who knocked. */
export interface Caller {
  ip: string
  userAgent: string | null
  /** ISO 3166 two letters; null as long as no lookup file is configured. */
  country: string | null
}

/** An attempt that failed and changed nothing. */
export interface FailedAttempt {
  id: string
  occurredAt: Date
  type: AuditType
  reason: AuditReason
  /** What was presented as identity: a passkey's ID. */
  identifier: string | null
  caller: Caller
}
