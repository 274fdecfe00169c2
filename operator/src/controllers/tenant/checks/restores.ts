import { type Verdict } from '../../conditions.ts'
import { type RestoreNote } from '../../restore/note.ts'
import { type Tenant } from '../tenant.ts'

const dayMs = 86_400_000
/** What a drill may be late: it waits for room, for a backup that runs, for a restore. */
const graceMs = 2 * dayMs
const type = 'RestoreProven'

/** Whether a backup of the tenant was restored, and signed in on, as often as it asks for. */
export function checkRestores(
  tenant: Pick<Tenant, 'name' | 'namespace' | 'spec' | 'status'>,
  note: RestoreNote | undefined,
  now: Date,
): Verdict | undefined {
  const since = tenant.status.database?.provisionedAt
  if (!note || !tenant.spec || since === undefined) return undefined
  const { finding, proven, failed } = note
  if (finding) return { type, status: 'False', ...finding }
  const { drillEveryDays } = tenant.spec.backups
  if (failed) {
    const message = `The drill of backup ${failed.sequence} failed at ${text(failed.at)}: ${failed.message} ${sinceThen(proven)}${nextOf(note, now)} kubectl get kr -n ${tenant.namespace} shows what became of each.`
    return { type, status: 'False', reason: 'DrillFailed', message }
  }
  if (drillEveryDays === 0) {
    const message = `No backup is tried: spec.backups.drillEveryDays is 0. ${sinceThen(proven)} A KiaviRestore with mode Drill tries the newest one now.`
    return { type, status: 'Unknown', reason: 'DrillsOff', message }
  }
  const isLate = (from: string) => now.getTime() - Date.parse(from) > drillEveryDays * dayMs + graceMs
  if (!proven) {
    const message = `No backup was tried yet by restoring it; the first drill begins soon after the first backup.${nextOf(note, now)}`
    return { type, status: isLate(since) ? 'False' : 'Unknown', reason: 'NeverProven', message }
  }
  if (isLate(proven.at)) {
    const message = `${sinceThen(proven)} That is longer ago than drillEveryDays (${drillEveryDays}) asks for: look what keeps drills from running, with kubectl get kr -n ${tenant.namespace}.`
    return { type, status: 'False', reason: 'ProofOld', message }
  }
  const message = `Backup ${proven.sequence} was restored into a database aside at ${text(proven.at)}, and a sign-in on it succeeded, ${proven.recoverySeconds} seconds after the restore began.`
  return { type, status: 'True', reason: 'Proven', message }
}

const sinceThen = (proven: RestoreNote['proven']): string =>
  proven ? `Backup ${proven.sequence} was proven at ${text(proven.at)}.` : 'None was ever proven.'

const nextOf = ({ nextAt }: RestoreNote, now: Date): string =>
  nextAt && nextAt > now ? ` The next one begins at ${text(nextAt.toISOString())}.` : ''

const text = (instant: string) => `${instant.slice(0, 19)}Z`
