import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type BackupName } from '../../backups/object-name.ts'
import { type BackupLedger } from './ledger.ts'
import { type Run } from './run.ts'

/** One effect each. A step is data: what is secret or random is made while acting. */
export type BackupStep =
  /** Says it in the status of a KiaviBackup. */
  | {
      do: 'tell'
      run: Run
      patch: Record<string, unknown>
      event?: { type: 'Normal' | 'Warning'; reason: string; message: string }
    }
  | { do: 'schedule'; name: string; slot: Date }
  | { do: 'makeInstallationKey' }
  | { do: 'recordInstallationKey'; keys: InstallationKeys }
  | { do: 'makeMaster' }
  /** Writes the ledger over exactly the one that was seen. `begins`: a number is given out for a Job. */
  | { do: 'writeLedger'; ledger: BackupLedger; begins: boolean }
  | { do: 'ensurePolicy' }
  | { do: 'createJob'; of: BackupName; run: Run }
