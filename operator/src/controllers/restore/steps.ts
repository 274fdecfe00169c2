import { type RestoreWork } from '../../api/v1alpha1/names.ts'
import { type AsideStep, type RestoreReference } from '../../providers/database/aside-port.ts'
import { type BackupLedger } from '../backup/ledger.ts'
import { type RestoreLedger } from './ledger.ts'
import { type Restore } from './restore.ts'

/** One effect each. A step is data: what is secret or random is made while acting. */
export type RestoreStep =
  /** Says it in the status of a KiaviRestore. */
  | {
      do: 'tell'
      restore: Restore
      patch: Record<string, unknown>
      event?: { type: 'Normal' | 'Warning'; reason: string; message: string }
    }
  /** Makes the KiaviRestore of a drill that is due. */
  | { do: 'schedule'; name: string; slot: Date }
  /** Takes away the KiaviRestore of a drill of long ago. */
  | { do: 'prune'; restore: Restore }
  /** Writes the ledger over exactly the one that was seen. `begins`: a drill takes the room that the class has. */
  | { do: 'writeLedger'; ledger: RestoreLedger; begins: boolean }
  /** On the database server; `of`: the KiaviRestore whose marker has to be there. */
  | { do: 'aside'; of: RestoreReference; step: AsideStep }
  | { do: 'ensurePolicy'; component: 'restore' | 'aside' }
  | { do: 'createJob'; work: RestoreWork }
  | { do: 'deleteJob'; name: string; uid: string }
  /** Puts what the outbox holds on record, and empties it. */
  | { do: 'drain' }
  /** The source's ledger, which a lost cluster took with it, is made from what a restore has proven. */
  | { do: 'rememberBackups'; ledger: BackupLedger }

/** What to do next, or when to look again. */
export type RestorePlan = { step: RestoreStep } | { againMs: number | undefined }

export const write = (ledger: RestoreLedger, begins = false): RestorePlan => ({
  step: { do: 'writeLedger', ledger, begins },
})

/** A Job tells when it ends; the clock is for what nobody tells. */
export const againMs = { running: 10_000, waiting: 5_000, queued: 300_000, blocked: 60_000 } as const
