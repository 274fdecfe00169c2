/**
 * Every reason that condition Ready of a KiaviRestore shows. `waiting`: time or room mends it; `stalled`: a person does;
 * `ended`: nothing more becomes of it. docs/conditions.md says what each means; a test holds the list.
 */
export const restoreReasons = {
  Completed: 'done',
  Running: 'waiting',
  Queued: 'waiting',
  AwaitingRoom: 'waiting',
  TenantNotReady: 'waiting',
  TenantPaused: 'waiting',
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
  RestoreLedgerUnreadable: 'stalled',
  ChangeRefused: 'stalled',
  Refused: 'ended',
  Failed: 'ended',
} as const satisfies Record<string, 'done' | 'waiting' | 'stalled' | 'ended'>

export type RestoreReason = keyof typeof restoreReasons

/** Why a restore is where it is. */
export interface RestoreFinding {
  reason: RestoreReason
  message: string
}

export const ledgerUnreadable: RestoreFinding = {
  reason: 'RestoreLedgerUnreadable',
  message:
    "Secret tenant-<ID>-restores of this tenant, in the operator's namespace, does not hold what was written into it. Delete it: what a restore left half done is then undone, and drills begin anew.",
}
