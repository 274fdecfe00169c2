import { type BackupName, bundleName, wholeSeconds } from '../../backups/object-name.ts'
import { decideRun } from './decide-run.ts'
import { dueSlot, nextRunAt } from './due.ts'
import { type BackupLedger, begun } from './ledger.ts'
import { type WaitingRun } from './next-runs.ts'
import { type BackupsObserved, type Place } from './observed.ts'
import { endOf } from './plan/end.ts'
import { datesOf, nameOf } from './plan/name.ts'
import { mendsOf } from './plan/needs.ts'
import { type BackupFinding } from './reasons.ts'
import { scheduledRunName } from './run-name.ts'
import { type Run, asOpen, isEnded } from './run.ts'
import { type BackupFacts, tell } from './status.ts'
import { type BackupStep } from './steps.ts'

/** What to do next about a tenant's backups, or when to look again. */
export type BackupPlan = { step: BackupStep } | { againMs: number | undefined }

const secondMs = 1_000
/** A clock may be set, and what is awaited may come unseen. */
const longestMs = 3_600_000
/** Who is queued is woken when there is room; the clock is for what nobody tells. */
const againMs = { running: 10 * secondMs, queued: 300 * secondMs, blocked: 60 * secondMs }

/** One step at a time: after each the world is looked at anew. */
export function planBackups(seen: BackupsObserved): BackupPlan {
  const open = seen.runs.filter((run) => !run.deleting && !isEnded(run)).sort(byAge)
  if ('finding' in seen.place) {
    // That a tenant became ready is our own word, of which no watch tells.
    const again = open.length > 0 || seen.place.finding.reason === 'TenantNotReady'
    return tellAll(open, seen.place.finding, seen.now, again)
  }
  const { place } = seen
  const mend = mendsOf(seen, place, open)
  if (mend && 'finding' in mend) return tellAll(open, mend.finding, seen.now, true)
  if (mend) return mend
  if (place.master.state !== 'whole') return { againMs: undefined }
  const { ledger } = place.master.master
  return endOf(seen, place, ledger, open) ?? schedule(seen, place, ledger) ?? runs(seen, place, ledger, open)
}

/** A slot that is due gets its KiaviBackup, of a name that follows from it: made twice it is found made. */
function schedule(
  { now, runs }: BackupsObserved,
  place: Place,
  ledger: BackupLedger,
): BackupPlan | undefined {
  const slot = dueOf(place, ledger, now)
  if (!slot) return undefined
  const name = scheduledRunName(place.tenantID, slot)
  return runs.some((run) => run.name === name) ? undefined : { step: { do: 'schedule', name, slot } }
}

function runs(seen: BackupsObserved, place: Place, ledger: BackupLedger, open: readonly Run[]): BackupPlan {
  const { now } = seen
  const due = dueOf(place, ledger, now)
  const waiting: { run: Run; sequence?: number }[] = []
  const again: number[] = []
  const say = (run: Run, finding: BackupFinding, facts: BackupFacts = {}): BackupPlan | undefined => {
    const patch = tell(run, finding, { ...whose(place), ...facts }, now)
    return patch && { step: { do: 'tell', run, patch } }
  }
  for (const run of open) {
    const decision = decideRun(asOpen(run), { ledger, due, now })
    let said: BackupPlan | undefined
    if (decision.do === 'run') {
      if (place.job?.state === 'running') {
        again.push(againMs.running)
        said = say(run, running(run), runningFacts(seen, place, ledger, run))
      } else waiting.push({ run, sequence: decision.sequence })
    } else if (decision.do === 'begin') waiting.push({ run })
    else if (decision.do === 'wait') {
      again.push(decision.until.getTime() - now.getTime())
      said = say(run, retrying(run, decision.until))
    } else said = say(run, decision.do === 'skip' ? skipped : givenUp(run))
    if (said) return said
  }
  // Whoever it was begun for: what runs is heard to its end before another number is given out.
  const isBusy = place.job?.state === 'running' || waiting.length === 0
  const next = isBusy ? undefined : seen.admitted(waiting.map(({ run }) => asWaiting(place, run)))
  const chosen = waiting.find(({ run }) => run.name === next?.name)
  if (chosen) return start(seen, place, ledger, chosen)
  for (const { run } of waiting) {
    again.push(againMs.queued)
    const said = say(run, queued(place))
    if (said) return said
  }
  return { againMs: soonest([...again, ...untilNext(place, ledger, now)]) }
}

/** An attempt gets its number before anything is made of it; then its policy, then its Job. */
function start(
  { now, installationID }: BackupsObserved,
  place: Place,
  ledger: BackupLedger,
  { run, sequence }: { run: Run; sequence?: number },
): BackupPlan {
  const of = sequence === undefined ? undefined : nameOf(place, ledger, installationID)
  if (!of) {
    const { slot } = asOpen(run)
    const isFirst = run.status.lastFailure === undefined
    const scheduled =
      slot && isFirst && !('fault' in place.cron) ? { slot, cron: place.cron, now } : undefined
    const after = begun(ledger, run.name, scheduled, datesOf(place, run, now))
    return { step: { do: 'writeLedger', ledger: after, begins: true } }
  }
  if (place.job?.state === 'absent' && !place.job.isPolicySettled) return { step: { do: 'ensurePolicy' } }
  return { step: { do: 'createJob', of, run } }
}

const dueOf = ({ cron, tenantID, since }: Place, { slots }: BackupLedger, now: Date): Date | undefined =>
  'fault' in cron ? undefined : dueSlot({ cron, tenantID, since, slots, now })

function untilNext(place: Place, { slots }: BackupLedger, now: Date): number[] {
  const { cron, tenantID, since } = place
  if ('fault' in cron) return []
  return [nextRunAt({ cron, tenantID, since, slots, now }).getTime() - now.getTime()]
}

const soonest = (waits: readonly number[]) => Math.max(secondMs, Math.min(longestMs, ...waits))

/** The same for every run that is open. */
function tellAll(open: readonly Run[], finding: BackupFinding, now: Date, again: boolean): BackupPlan {
  for (const run of open) {
    const patch = tell(run, finding, {}, now)
    if (patch) return { step: { do: 'tell', run, patch } }
  }
  return { againMs: again ? againMs.blocked : undefined }
}

const whose = ({ tenantID, className }: Place) => ({ tenantID, className })

const byAge = (a: Run, b: Run) => a.createdAt.getTime() - b.createdAt.getTime() || (a.name < b.name ? -1 : 1)

const asWaiting = ({ tenantID }: Place, { name, spec, createdAt }: Run): WaitingRun => ({
  ...{ tenantID, name, since: createdAt },
  reason: spec?.reason ?? 'Manual',
})

function runningFacts(
  { installationID }: BackupsObserved,
  place: Place,
  ledger: BackupLedger,
  run: Run,
): BackupFacts {
  const of: BackupName | undefined = nameOf(place, ledger, installationID)
  const progress = place.job?.state === 'running' ? place.job.progress : undefined
  return {
    attempts: attemptOf(run),
    ...(of && {
      sequence: of.sequence,
      object: bundleName(of),
      startedAt: wholeSeconds(of.startedAt),
      expiresAt: wholeSeconds(of.expiresAt),
    }),
    ...(progress?.bytes === undefined ? {} : { bytes: progress.bytes }),
    ...(progress?.table === undefined ? {} : { table: progress.table.slice(0, 127) }),
  }
}

/** Which attempt is under way. */
const attemptOf = ({ status }: Run) => (status.lastFailure?.attempt ?? 0) + 1

const running = (run: Run): BackupFinding => ({
  reason: 'Running',
  message: `Attempt ${attemptOf(run)} is under way: the database is read, encrypted and stored.`,
})

const retrying = ({ status }: Run, until: Date): BackupFinding => ({
  reason: 'Retrying',
  message: `${status.lastFailure?.message ?? ''} It is tried again at ${until.toISOString().slice(0, 19)}Z.`,
})

const givenUp = ({ status }: Run): BackupFinding => ({
  reason: 'Failed',
  message: `${status.lastFailure?.message ?? ''} That was the last of ${status.lastFailure?.attempt ?? 1} attempts. Earlier backups are untouched; make another KiaviBackup once it is mended, or leave it to the schedule.`,
})

const skipped: BackupFinding = {
  reason: 'Skipped',
  message: 'Its slot has passed, and what it would hold is in a later backup, or will be.',
}

const queued = ({ className, class: { backups } }: Place): BackupFinding => ({
  reason: 'Queued',
  message: `It waits for its turn: one backup of a tenant runs at a time, and ${backups.atOnce} of KiaviTenantClass ${className}.`,
})
