import { type KubeObject } from '../../kube/port.ts'
import { type Tenant } from '../tenant/tenant.ts'
import { type Cron } from './cron.ts'
import { type InstallationSeen } from './installation.ts'
import { type ContainerProgress } from './job-report.ts'
import { type JobEnd } from './judge-end.ts'
import { type BackupMaster } from './master.ts'
import { type WaitingRun } from './next-runs.ts'
import { type BackupFinding } from './reasons.ts'
import { type ClassWithStore } from './rendering.ts'
import { type Run } from './run.ts'

export type MasterSeen =
  { state: 'absent' } | { state: 'unreadable' } | { state: 'whole'; secret: KubeObject; master: BackupMaster }

export type JobSeen =
  | { state: 'absent'; isPolicySettled: boolean }
  /** Its name is taken by what we did not make. */
  | { state: 'foreign' }
  | { state: 'running'; progress: ContainerProgress | undefined }
  | { state: 'ended'; end: JobEnd }

/** What must be there before a run may begin; looked at only while one is open. */
export interface Needs {
  installation: InstallationSeen
  record: KubeObject | undefined
  /** A Secret that the class names is missing. */
  missing: BackupFinding | undefined
}

/** A tenant whose backups can be made. */
export interface Place {
  tenant: Tenant
  tenantID: string
  className: string
  class: ClassWithStore
  /** When its database was ready. */
  since: Date
  retentionDays: number
  cron: Cron | { fault: string }
  master: MasterSeen
  /** Of the attempt that has a number now. */
  job: JobSeen | undefined
  needs: Needs | undefined
}

/** Everything that a decision about a tenant's backups is made from. */
export interface BackupsObserved {
  now: Date
  installationID: string
  runs: Run[]
  /** Or why there can be none. */
  place: Place | { finding: BackupFinding }
  /** Which of these may begin now, as far as the class has room. */
  admitted: (waiting: readonly WaitingRun[]) => WaitingRun | undefined
}
