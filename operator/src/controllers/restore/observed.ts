import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type KubeObject } from '../../kube/port.ts'
import { type AsideObserved } from '../../providers/database/aside-port.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { type BackupLedger } from '../backup/ledger.ts'
import { type WaitingRun } from '../backup/next-runs.ts'
import { type ClassWithStore } from '../backup/rendering.ts'
import { type Tenant } from '../tenant/tenant.ts'
import { type KnownBackup } from './choose.ts'
import { type JobsEnd } from './judge-end.ts'
import { type RestoreLedger } from './ledger.ts'
import { type RestoreFinding } from './reasons.ts'
import { type Restore } from './restore.ts'

export type LedgerSeen =
  | { state: 'absent' }
  | { state: 'unreadable' }
  | { state: 'whole'; secret: KubeObject; ledger: RestoreLedger }

export type JobSeen =
  | { state: 'absent'; isPolicySettled: boolean }
  /** Its name is taken by what we did not make. */
  | { state: 'foreign' }
  | { state: 'running'; bytes: number | undefined; table: string | undefined }
  | { state: 'ended'; end: JobsEnd }

/** The tenant whose backup it is, as far as the cluster remembers it. */
export interface SourceSeen {
  tenantID: string
  /** The Secret that opens its backups. Without a ledger it was put back from a recovery set, which knows no newest. */
  master:
    'absent' | 'unreadable' | { ledger: BackupLedger | undefined; secret: KubeObject; namespace: string }
  /** What KiaviBackups of the namespace say of it. */
  known: readonly KnownBackup[]
  /** A KiaviTenant holds the ID. */
  lives: boolean
}

/** What a restore needs; looked at only while one is open or under way. */
export interface Needs {
  /** The public halves of what the installation signed with; `undefined` where its record is gone. */
  installationKeys: InstallationKeys | undefined
  /** A Secret that the class names, or the tenant's passwords, are missing. */
  missing: RestoreFinding | undefined
  /** Whose backups are asked for. */
  sources: readonly SourceSeen[]
  server: DatabaseServer | undefined
  databases: AsideObserved | undefined
  /** The tenant's own database holds people, or held some a moment ago; looked at for a new tenant only. */
  holdsPeople: boolean | undefined
}

/** What leaves no trace of its end. */
export type Traceless = 'prepareAside' | 'drain' | 'fence'

/** A tenant that can be restored. */
export interface Place {
  tenant: Tenant
  tenantID: string
  className: string
  class: ClassWithStore
  ledger: LedgerSeen
  /** Of the tenant's database as a whole, as its controller has it. */
  connectionLimit: number
  /** When the tenant's newest completed backup began. */
  newestAt: Date | undefined
  needs: Needs | undefined
  /** Of the phase that the current restore is in. */
  job: JobSeen | undefined
  /** Jobs of the current restore that have not ended; looked at while it is cleared away. */
  runningJobs: readonly KubeObject[]
  /** How many parts the journal has that is replayed. */
  journalParts: number
  /** Nothing waits in the tenant's outbox; looked at once nobody is served. */
  isDrained: boolean
  /** This process has seen it return; another one does it again. */
  hasDone: (what: Traceless) => boolean
}

/** Everything that a decision about a tenant's restores is made from. */
export interface RestoresObserved {
  now: Date
  installationID: string
  restores: Restore[]
  /** Or why there can be none. */
  place: Place | { finding: RestoreFinding }
  /** Which of these drills may begin now, as far as the class has room. */
  admitted: (waiting: readonly WaitingRun[]) => WaitingRun | undefined
}
