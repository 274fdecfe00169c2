import { type AttemptFailure } from '../backup/judge-end.ts'

/** Why a restore failed or was given up, where no Job could say it. Listed in docs/errors.md. */
export const restoreCodes = [
  /** What is asked cannot be done; nothing was touched. */
  'RESTORE_REFUSED',
  /** Its KiaviRestore was deleted, or a drill gave way to a restore. */
  'RESTORE_WITHDRAWN',
  /** Nobody had been served for twenty minutes. */
  'RESTORE_TOO_LONG',
  /** Somebody dropped the database aside. */
  'RESTORE_DATABASE_GONE',
  /** The migrations of the tenant's image failed on what was restored. */
  'JOB_MIGRATION_FAILED',
] as const

export const because = (code: (typeof restoreCodes)[number], message: string): AttemptFailure => ({
  code,
  message,
})
