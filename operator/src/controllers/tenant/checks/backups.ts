import { parseCron } from '../../backup/cron.ts'
import { type BackupNote } from '../../backup/note.ts'
import { lastSlot } from '../../backup/slots.ts'
import { type Verdict } from '../../conditions.ts'
import { type Failing, type KeptNote } from '../../recovery/kept.ts'
import { type Tenant } from '../tenant.ts'

const dayMs = 86_400_000
/** A store may be away for a while: nothing is said of that. */
const graceMs = 600_000
const type = 'BackupsCurrent'

/** Whether what is in the database is in a backup too, as far as the schedule asks for it. */
export function checkBackups(
  tenant: Pick<Tenant, 'namespace' | 'spec' | 'status'>,
  note: BackupNote | undefined,
  now: Date,
  kept: KeptNote = {},
): Verdict | undefined {
  const since = tenant.status.database?.provisionedAt
  if (!note || !tenant.spec || since === undefined) return undefined
  const { finding, newest, nextAt, failing } = note
  if (finding) return { type, status: 'False', ...finding }
  const missed = overdueSlot(tenant.spec.backups.schedule, new Date(newest?.startedAt ?? since), now)
  if (missed) {
    const last = newest ? `none was completed after ${newest.startedAt}` : 'none was completed yet'
    const why = failing === undefined ? '' : ` The last one failed: ${failing}`
    const message = `The backup of ${text(missed)} is more than a day late; ${last}.${why} kubectl get kb -n ${tenant.namespace} shows what became of each.`
    return { type, status: 'False', reason: 'Overdue', message }
  }
  if (failing !== undefined) {
    const message = `The last backup failed in every attempt: ${failing} ${nextAt ? `The next one begins at ${text(nextAt)}.` : ''}`
    return { type, status: 'False', reason: 'Failing', message: message.trimEnd() }
  }
  const unkept = checkKept(kept, now)
  if (unkept) return unkept
  if (!newest) {
    const message = `No backup was completed yet${nextAt ? `; the first one begins at ${text(nextAt)}` : ''}. A KiaviBackup makes one now.`
    return { type, status: 'Unknown', reason: 'FirstAwaited', message }
  }
  const message = `Backup ${newest.sequence} of ${newest.startedAt} was read back from the store.`
  return { type, status: 'True', reason: 'Current', message }
}

/** Whether what a lost database, or a lost cluster, would take with it lies elsewhere too. */
function checkKept({ journal, recovery }: KeptNote, now: Date): Verdict | undefined {
  const isLong = (failing: Failing | undefined): failing is Failing =>
    failing !== undefined && now.getTime() - failing.since.getTime() >= graceMs
  if (isLong(journal)) {
    const message = `What happened to people since ${text(journal.since)} lies in the tenant's database alone, so that a restore would not know of it, and erasures are not confirmed: ${journal.message}`
    return { type, status: 'False', reason: 'JournalFailing', message }
  }
  if (!isLong(recovery)) return undefined
  const message = `Since ${text(recovery.since)} no recovery set could be written; a lost cluster would take with it which backup is the newest, or what opens it: ${recovery.message}`
  return { type, status: 'False', reason: 'RecoverySetFailing', message }
}

/** The slot for which there should be a backup for a day already, and is none. */
function overdueSlot(schedule: string, newest: Date, now: Date): Date | undefined {
  const parsed = parseCron(schedule)
  if ('fault' in parsed) return undefined
  const slot = lastSlot(parsed.cron, new Date(now.getTime() - dayMs))
  return slot > newest ? slot : undefined
}

const text = (date: Date) => `${date.toISOString().slice(0, 19)}Z`
