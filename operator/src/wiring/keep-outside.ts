import { type KeptNote } from '../controllers/recovery/kept.ts'
import { type JournalControllerOptions, createJournalController } from './journal-controller.ts'
import { type RecoveryControllerOptions, createRecoveryController } from './recovery-controller.ts'
import { type OutboxWatch, watchOutboxes } from './watch-outboxes.ts'

interface TenantName {
  namespace: string
  name: string
}

export interface OutsideOptions
  extends
    Omit<OutboxWatch, 'written' | 'everyMs'>,
    Pick<JournalControllerOptions, 'random'>,
    Record<'journal', JournalControllerOptions['reconcile']>,
    Record<'recovery', RecoveryControllerOptions['reconcile']> {
  tenants: () => (TenantName & { tenantID: string | undefined })[]
  /** Told when whether a tenant's journal or recovery set can be kept is news. */
  noted: (tenant: TenantName) => void
  metrics: JournalControllerOptions['metrics'] & RecoveryControllerOptions['metrics']
}

export interface Outside {
  failing: (tenant: TenantName) => KeptNote
  /** What opens a tenant's backups was made, or a backup was completed. */
  changed: (tenant: TenantName) => void
  drained: Promise<unknown>
}

/** How often each server is asked who has news. */
const writesEveryMs = 2_000
/** What was made a moment ago is often followed by more: one set for both. */
const settleMs = 10_000
/** After a start, every tenant's set is looked at within this time. */
const spreadMs = 300_000

/** Keeps outside of the databases what a restore has to know, and outside of the cluster what a rebuilt one has to. */
export function keepOutside(options: OutsideOptions): Outside {
  const { tenants, noted, random } = options
  const recovery = createRecoveryController({ ...options, reconcile: options.recovery })
  const journal = createJournalController({
    ...options,
    reconcile: options.journal,
    fleet: () => tenants().length,
    noted: (tenant) => {
      noted(tenant)
      recovery.changed(tenant, settleMs)
    },
  })
  recovery.changed(undefined)
  for (const tenant of tenants()) recovery.changed(tenant, random() * spreadMs)
  const watching = watchOutboxes({
    ...options,
    everyMs: writesEveryMs,
    written: (tenantIDs) => {
      for (const tenant of tenants()) if (tenantIDs.has(tenant.tenantID ?? '')) journal.written(tenant)
    },
  })
  return {
    failing: (tenant) => ({ journal: journal.failing(tenant), recovery: recovery.failing(tenant) }),
    changed: (tenant) => {
      // The first backup of all makes the installation's key.
      recovery.changed(undefined, settleMs)
      recovery.changed(tenant, settleMs)
    },
    drained: Promise.all([watching, journal.queue.drained, recovery.queue.drained]),
  }
}
