import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ClassWithStore } from '../backup/rendering.ts'
import { type Run } from '../backup/run.ts'
import { type KnownTenant } from '../backup/sweep/judge-tenant.ts'
import { type SweepEnd } from './judge-end.ts'

/** The newest sweep that has ended. */
export interface EndedSweep {
  at: Date
  /** What it was asked for. */
  asked: readonly string[]
  end: SweepEnd
}

/** What a sweep that is due is made from, all of it read live; or why there can be none. */
export type SweepNeeds =
  | { lacks: 'key' | 'record' | 'secret' }
  | {
      lacks: undefined
      installationKeys: InstallationKeys
      tenants: ReadonlyMap<string, KnownTenant>
      /** Every server that could hold a tenant's database was asked. */
      isSure: boolean
      running: string[]
      isPolicySettled: boolean
    }

export interface SweepPlace {
  class: ClassWithStore
  memory: 'Whole' | 'Lost'
  clusterID: string | undefined
  isRunning: boolean
  ended: EndedSweep | undefined
  /** The slot that has no Job yet. */
  due: Date | undefined
  needs: SweepNeeds | undefined
}

/** Everything that a decision about a class's store is made from. */
export interface SweepObserved {
  now: Date
  installationID: string
  className: string
  /** KiaviBackups of the class, as they are remembered. */
  runs: Run[]
  /** Absent: the class is gone, or has no store. */
  place: SweepPlace | undefined
}
