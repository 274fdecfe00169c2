/**
 * Every reason that condition Ready of a KiaviBackup shows. `waiting`: time or room mends it; `stalled`: a person does;
 * `ended`: nothing more becomes of it. docs/conditions.md says what each means; a test holds the list.
 */
export const backupReasons = {
  Completed: 'done',
  Running: 'waiting',
  Queued: 'waiting',
  Retrying: 'waiting',
  TenantNotReady: 'waiting',
  ReconcileFailed: 'waiting',
  TenantNotFound: 'stalled',
  SpecUnreadable: 'stalled',
  ClassNotFound: 'stalled',
  ClassUnreadable: 'stalled',
  NoDefaultClass: 'stalled',
  TwoDefaultClasses: 'stalled',
  NoStore: 'stalled',
  SecretNotFound: 'stalled',
  BackupIdentityLost: 'stalled',
  InstallationKeyLost: 'stalled',
  ChangeRefused: 'stalled',
  Failed: 'ended',
  Skipped: 'ended',
} as const satisfies Record<string, 'done' | 'waiting' | 'stalled' | 'ended'>

export type BackupReason = keyof typeof backupReasons

/** Why a backup is where it is. */
export interface BackupFinding {
  reason: BackupReason
  message: string
}
