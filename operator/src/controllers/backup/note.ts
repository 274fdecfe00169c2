import { type NewestBackup } from './ledger.ts'
import { nextRunAt } from './due.ts'
import { type BackupsObserved } from './observed.ts'
import { mendsOf } from './plan/needs.ts'
import { type BackupFinding } from './reasons.ts'
import { type Run, isCompleted, isEnded, reasonOf } from './run.ts'

/** What the last look at a tenant's backups came to; the tenant's own controller shows it. */
export interface BackupNote {
  /** Why none can be made now. */
  finding: BackupFinding | undefined
  newest: NewestBackup | undefined
  /** When the next one of the schedule begins. */
  nextAt: Date | undefined
  /** Why the newest run failed, where none was completed since. */
  failing: string | undefined
  /** Of the newest backup. */
  bytes: number | undefined
  /** The earliest date of a backup that is still in the store; the last one apart, which stays until there is another. */
  oldestExpiry: Date | undefined
}

export function noteOf(seen: BackupsObserved): BackupNote {
  const { runs, place, now } = seen
  if ('finding' in place) return { ...nothing, finding: place.finding }
  const ledger = place.master.state === 'whole' ? place.master.master.ledger : undefined
  const open = runs.filter((run) => !run.deleting && !isEnded(run))
  const mend = mendsOf(seen, place, open)
  const { cron, tenantID, since } = place
  const slots = ledger?.slots ?? []
  const kept = runs.filter((run) => isCompleted(run) && run.status.removedAt === undefined)
  const newest = kept.find(({ status }) => status.sequence === ledger?.newest?.sequence)
  const last = lastOf(kept)
  const expiries = kept
    .filter((run) => run !== last)
    .map(({ status }) => Date.parse(status.expiresAt ?? ''))
    .filter(Number.isFinite)
  return {
    finding: mend && 'finding' in mend ? mend.finding : 'fault' in cron ? unscheduled(cron.fault) : undefined,
    newest: ledger?.newest,
    nextAt: 'fault' in cron ? undefined : nextRunAt({ cron, tenantID, since, slots, now }),
    failing: failingOf(runs, ledger?.newest?.sequence ?? 0),
    bytes: newest?.status.bytes,
    oldestExpiry: expiries.length > 0 ? new Date(Math.min(...expiries)) : undefined,
  }
}

/** The newest that can be used: no sweep takes it, whatever its date. */
const lastOf = (kept: readonly Run[]): Run | undefined =>
  kept
    .filter(({ status }) => status.damagedAt === undefined)
    .sort((a, b) => (b.status.sequence ?? 0) - (a.status.sequence ?? 0))[0]

const nothing = {
  ...{ newest: undefined, nextAt: undefined, failing: undefined, bytes: undefined, oldestExpiry: undefined },
}

function failingOf(runs: readonly Run[], newest: number): string | undefined {
  const failed = runs
    .filter((run) => reasonOf(run) === 'Failed' && (run.status.sequence ?? 0) > newest)
    .sort((a, b) => (b.status.sequence ?? 0) - (a.status.sequence ?? 0))
  return failed[0]?.status.lastFailure?.message
}

const unscheduled = (fault: string): BackupFinding => ({
  reason: 'SpecUnreadable',
  message: `spec.backups.schedule of the tenant cannot be read: ${fault}.`,
})
