import { type BackupName } from '../../../operator/src/backups/object-name.ts'
import { type OpenRun } from '../../../operator/src/controllers/backup/decide-run.ts'
import { type BackupLedger, noBackups } from '../../../operator/src/controllers/backup/ledger.ts'
import { type KnownTenant } from '../../../operator/src/controllers/backup/sweep/judge-tenant.ts'

export interface SimTenant {
  tenantID: string
  schedule: string
  retentionDays: number
  provisionedAt: Date
  terminatedAt?: Date
  /** Its erasure has begun. */
  isErased?: true
}

export interface SimRun extends OpenRun {
  tenantID: string
  reason: 'Scheduled' | 'Manual' | 'Final'
  madeAt: Date
}

export interface SimJob {
  run: string
  of: BackupName
  /** Its containers run. */
  isRunning: boolean
  /** How it ended; absent while nobody knows. */
  ended?: { at: Date; sha256?: string }
}

/** What a cluster remembers: resources, ledgers, Jobs. */
export class SimCluster {
  readonly tenants = new Map<string, SimTenant>()
  readonly runs = new Map<string, SimRun>()
  readonly ledgers = new Map<string, BackupLedger>()
  /** By tenant ID and sequence number. */
  readonly jobs = new Map<string, SimJob>()
  readonly damaged = new Set<string>()
  readonly lastBegan = new Map<string, Date>()
  memory: 'Whole' | 'Lost' = 'Whole'

  ledger(tenantID: string): BackupLedger {
    return this.ledgers.get(tenantID) ?? noBackups
  }

  known(): Map<string, KnownTenant> {
    return new Map(
      [...this.tenants].map(([id, { isErased, terminatedAt }]) => [id, { lives: !isErased, terminatedAt }]),
    )
  }

  /** Everything goes, with all who ran in it. */
  lose(): SimTenant[] {
    const tenants = [...this.tenants.values()]
    for (const memory of [this.tenants, this.runs, this.ledgers, this.jobs, this.damaged, this.lastBegan])
      memory.clear()
    this.memory = 'Lost'
    return tenants
  }
}

export const jobName = (tenantID: string, sequence: number) => `${tenantID}-${sequence}`
