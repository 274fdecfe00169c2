import { askedOf } from '../../backups/sweep-document.ts'
import { parseObjectName } from '../../backups/object-name.ts'
import { type Run, isCompleted, isEnded } from '../backup/run.ts'

const dayMs = 86_400_000
/** What is gone from the store is remembered for so long. */
const rememberedDays = 7
/** What came to nothing, be it failed or skipped. */
const failedDays = 30
/** As many as one sweep is asked for; what is left is asked of the next ones. */
export const mostAsked = 2_000

/** What a sweep calls the backup of a KiaviBackup; `undefined` where it made none, or not in this installation. */
export function backupOf({ status }: Pick<Run, 'status'>, installationID: string): string | undefined {
  const { tenantID, sequence, object } = status
  const of = parseObjectName(object ?? '')?.of
  const isOurs = of?.installationID === installationID && of.tenantID === tenantID && of.sequence === sequence
  return isOurs && isCompleted({ status }) ? askedOf(of) : undefined
}

/** The backups that should be gone by now, and were not found to be. More than there is room for take turns. */
export function toAsk(
  runs: readonly Run[],
  { installationID, now, turn }: { installationID: string; now: Date; turn: number },
): string[] {
  const due = runs.flatMap((run) => {
    const { removedAt, expiresAt } = run.status
    const isDue = removedAt === undefined && Date.parse(expiresAt ?? '') <= now.getTime()
    return isDue ? (backupOf(run, installationID) ?? []) : []
  })
  const all = [...new Set(due)].sort()
  if (all.length <= mostAsked) return all
  const from = (turn * mostAsked) % all.length
  return [...all.slice(from), ...all.slice(0, from)].slice(0, mostAsked)
}

/** Nobody needs it any more: its backup has been gone for a while, or it never came to one. */
export function isForgettable(run: Run, now: Date): boolean {
  if (run.deleting) return false
  const { removedAt } = run.status
  if (removedAt !== undefined) return isOver(new Date(removedAt), rememberedDays, now)
  return isEnded(run) && !isCompleted(run) && isOver(run.createdAt, failedDays, now)
}

const isOver = (since: Date, days: number, now: Date) => since.getTime() + days * dayMs <= now.getTime()
