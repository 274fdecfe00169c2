import { bundleName } from '../../../backups/object-name.ts'
import { timestamp } from '../../conditions.ts'
import { type StoredFacts } from '../job-report.ts'
import { type AttemptFailure, judgeEnd } from '../judge-end.ts'
import { type BackupLedger, type NewestBackup, completed } from '../ledger.ts'
import { type BackupsObserved, type Place } from '../observed.ts'
import { type Run, isCompleted } from '../run.ts'
import { type BackupFacts, tell } from '../status.ts'
import { type BackupStep } from '../steps.ts'
import { nameOf } from './name.ts'

/**
 * What is to be put on record of the attempt that has a number. First the ledger, which is what restores believe; then
 * the status of its KiaviBackup, which may be gone.
 */
export function endOf(
  { now, installationID, runs }: BackupsObserved,
  place: Place,
  ledger: BackupLedger,
  open: readonly Run[],
): { step: BackupStep } | undefined {
  const of = nameOf(place, ledger, installationID)
  if (!of) return undefined
  const run = open.find(({ name }) => name === ledger.current?.run)
  const object = bundleName(of)
  const end = judge(place, object)
  if (end && 'stored' in end) {
    const after = completed(ledger, newestOf(end.stored))
    if (after !== ledger) return { step: { do: 'writeLedger', ledger: after, begins: false } }
  }
  if (!run) return undefined
  // On record: its Job may be gone by now.
  if (ledger.newest?.sequence === of.sequence && ledger.newest.object === object) {
    const facts = end && 'stored' in end ? storedFacts(end.stored) : { sha256: ledger.newest.sha256 }
    return say(run, place, { ...facts, object, sequence: of.sequence }, now)
  }
  if (!end || !('failure' in end) || (run.status.lastFailure?.sequence ?? 0) >= of.sequence) return undefined
  // A completed one is never taken back.
  if (runs.some((each) => each.name === run.name && isCompleted(each))) return undefined
  return fail(run, place, { ...end.failure, sequence: of.sequence }, now)
}

function judge(
  { job }: Place,
  object: string,
): { stored: StoredFacts } | { failure: AttemptFailure } | undefined {
  if (job?.state === 'ended') return judgeEnd(object, job.end)
  if (job?.state !== 'foreign') return undefined
  const message = "The Job's name is taken by one that is not the operator's. The next attempt has another."
  return { failure: { code: 'JOB_FOREIGN', message } }
}

function say(
  run: Run,
  { tenantID, className }: Place,
  facts: BackupFacts,
  now: Date,
): { step: BackupStep } | undefined {
  const users = facts.users === undefined ? '' : `, with ${facts.users} people in it,`
  const message = `Backup ${facts.sequence ?? ''}${users} was read back from the store and is what was written.`
  const attempts = (run.status.lastFailure?.attempt ?? 0) + 1
  const patch = tell(run, { reason: 'Completed', message }, { tenantID, className, attempts, ...facts }, now)
  if (!patch) return undefined
  return {
    step: {
      do: 'tell',
      run,
      // The table that was read last is no news any more.
      patch: { ...patch, ...(run.status.table === undefined ? {} : { table: null }) },
      event: { type: 'Normal', reason: 'Completed', message },
    },
  }
}

function fail(
  run: Run,
  { tenantID }: Place,
  { code, message: sentence, sequence }: AttemptFailure & { sequence: number },
  now: Date,
): { step: BackupStep } {
  const attempt = (run.status.lastFailure?.attempt ?? 0) + 1
  const message = sentence.slice(0, 900)
  const lastFailure = { attempt, sequence, at: timestamp(now), code, message }
  const finding = { reason: 'Retrying', message: `Attempt ${attempt} failed. ${message}` } as const
  const patch = tell(run, finding, { tenantID, sequence, attempts: attempt, lastFailure }, now)
  return {
    step: {
      do: 'tell',
      run,
      patch: patch ?? {},
      event: { type: 'Warning', reason: 'AttemptFailed', message: finding.message },
    },
  }
}

const newestOf = ({ sequence, object, sha256, startedAt, expiresAt }: StoredFacts): NewestBackup => ({
  sequence,
  object,
  sha256,
  startedAt,
  expiresAt,
})

const storedFacts = ({
  startedAt,
  completedAt,
  expiresAt,
  bytes,
  sha256,
  tables,
  users,
  schemaVersion,
}: StoredFacts) => ({
  ...{ startedAt, completedAt, expiresAt, bytes, sha256, tables, users, schemaVersion },
})
