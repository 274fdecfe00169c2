/** Why a backup or restore Job failed, or refused. Listed in docs/errors.md. */
export const jobErrorCodes = [
  /** What the Job was told, or a file that it mounts, cannot be used. */
  'JOB_MISCONFIGURED',
  /** The Job was told to stop before it was done. */
  'JOB_STOPPED',
  /** pg_dump or pg_restore is older than what it shall read or fill. */
  'CLIENT_OLDER',
  /** pg_dump, pg_restore or age ended with an error. */
  'TOOL_FAILED',
  /** pg_dump ended well and wrote nothing, or left a table out. */
  'DUMP_EMPTY',
  /** The other container of the Job did not come, or went before it was done. */
  'PIPE_CUT',
  /** The other container of the Job failed, and said why. */
  'PEER_FAILED',
  /** No manifest, or one that nobody of ours wrote. */
  'MANIFEST_UNREADABLE',
  /** The manifest's signature is not of this installation. */
  'MANIFEST_NOT_OURS',
  /** The backup belongs to another installation. */
  'BACKUP_OF_ANOTHER_INSTALLATION',
  /** The backup belongs to another tenant. */
  'BACKUP_OF_ANOTHER_TENANT',
  /** An older or newer backup lies in the place of the one that was named. */
  'BACKUP_REPLACED',
  /** Its name, the store's note and the manifest do not tell the same dates. */
  'BACKUP_DATES_DISAGREE',
  /** Its date is past: it may not be used any more. */
  'BACKUP_EXPIRED',
  /** The bundle is shorter or longer than its manifest says. */
  'BUNDLE_CUT',
  /** The bundle is not the one that its manifest names. */
  'BUNDLE_DAMAGED',
  /** The identity at hand does not open the bundle. */
  'BUNDLE_LOCKED',
  /** The backup was taken from a newer schema, or a newer server, than the target's. */
  'SCHEMA_NEWER',
  /** The database that shall be filled holds something. */
  'TARGET_NOT_EMPTY',
  /** What lies in the database after the restore is not what the manifest counted. */
  'RESTORE_DIFFERS',
  /** A part of the mounted journal cannot be read, or tells of what this version does not know. */
  'JOURNAL_UNREADABLE',
  /** The restored database has no key by which the journal names people. */
  'JOURNAL_KEYLESS',
  /** The runtime on the restored database did not answer. */
  'DRILL_UNANSWERED',
  /** The runtime on the restored database did not let somebody sign up or in. */
  'DRILL_REFUSED',
  /** The access token of the drill's sign-in does not verify. */
  'DRILL_TOKEN_INVALID',
] as const

export type JobErrorCode = (typeof jobErrorCodes)[number]

/** A Job's failure: one sentence for a person, without a secret and without personal data. */
export class JobError extends Error {
  override readonly name = 'JobError'
  readonly code: JobErrorCode
  constructor(code: JobErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
