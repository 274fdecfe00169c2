import { type StoreStatus } from '../../api/v1alpha1/backup-store.ts'
import { type Condition } from '../../api/v1alpha1/fields.ts'
import { annotation } from '../../api/v1alpha1/names.ts'
import { isRecipient } from '../../backups/age-identity.ts'
import { type Verdict, timestamp } from '../conditions.ts'
import { type SweepNote } from '../sweep/note.ts'

/** What was seen of a class's store. */
export interface StoreSeen {
  /** Which Secret lacks which keys. */
  missing: { secret: string; keys: string[] } | undefined
  recoveryRecipient: string | undefined
  /** What the last look at its sweeps came to; absent while there was none. */
  note: SweepNote | undefined
}

interface Context {
  operatorNamespace: string
  /** What is on record, also from before this operator was started. */
  before: { conditions: readonly Condition[]; backups: StoreStatus | undefined }
  now: Date
}

/** Sweeps come every hour: some may fail, be it that a node was lost or that the store was. */
const overdueMs = 12 * 3_600_000

/** What the last sweep that came through found, to be kept on record. */
export function storeStatusOf(seen: StoreSeen, before: StoreStatus | undefined): StoreStatus | undefined {
  const last = seen.note?.last
  if (!last || !('facts' in last)) return before
  const { backups, bytes, spared, refused, denied, oldestExpiry } = last.facts
  return {
    ...{ sweptAt: timestamp(last.at), backups, bytes, spared, refused, denied },
    ...(oldestExpiry === '' ? {} : { oldestExpiry }),
  }
}

/** Whether backups can be put into the store, and whether they are taken away when their date has come. */
export function judgeStore(seen: StoreSeen, context: Context): Verdict[] {
  return [
    { type: 'BackupStoreReady', ...readiness(seen, context) },
    { type: 'BackupsExpire', ...expiry(seen, context) },
  ]
}

type Says = Omit<Verdict, 'type'>

function readiness(seen: StoreSeen, { operatorNamespace, before }: Context): Says {
  const { missing, recoveryRecipient, note } = seen
  if (missing) {
    const message = `Secret ${missing.secret} in namespace ${operatorNamespace}, which spec.backups names, must exist with non-empty keys ${missing.keys.join(', ')}.`
    return { status: 'False', reason: 'SecretNotFound', message }
  }
  if (recoveryRecipient !== undefined && !isRecipient(recoveryRecipient)) {
    const message =
      'spec.backups.recoveryRecipient is none: a letter of it is wrong. Write it as age-keygen -y prints it.'
    return { status: 'False', reason: 'RecipientUnreadable', message }
  }
  const last = note?.last
  if (last && 'failure' in last && last.failure.code.startsWith('STORE_'))
    return { status: 'False', reason: 'StoreUnusable', message: last.failure.message }
  if (last && 'facts' in last) {
    const listed = 'The store was listed by a Job with the credential that backups are put there with.'
    const message = recoveryRecipient === undefined ? `${listed} ${unrecoverable}` : listed
    return { status: 'True', reason: 'StoreUsable', message }
  }
  return (
    standing(before.conditions, 'BackupStoreReady', ['StoreUsable', 'StoreUnusable']) ?? {
      status: 'Unknown',
      reason: 'SweepAwaited',
      message: awaited(note),
    }
  )
}

function expiry(seen: StoreSeen, { before, now }: Context): Says {
  const { note } = seen
  if (note?.lacks === 'record') {
    const message =
      'Nothing is taken away: key keys.json of Secret installation, by which a backup is known to be ours, cannot be read. Put it back from where you keep it.'
    return { status: 'False', reason: 'InstallationKeyLost', message }
  }
  const last = note?.last
  const found = last && 'facts' in last ? last.facts : before.backups
  const words = last && 'facts' in last ? last.facts : undefined
  const sweptAt = storeStatusOf(seen, before.backups)?.sweptAt
  if (sweptAt === undefined && last && 'failure' in last) return failing(last.failure, note)
  if (sweptAt === undefined || !found)
    return { status: 'Unknown', reason: 'SweepAwaited', message: awaited(note) }
  if (now.getTime() - Date.parse(sweptAt) > overdueMs) {
    const why = last && 'failure' in last ? ` The last sweep failed: ${last.failure.message}` : ''
    const message = `Nothing was taken away since ${sweptAt}.${why}`
    return { status: 'False', reason: 'SweepOverdue', message }
  }
  if (found.denied > 0) {
    const message = `The store does not let us delete ${found.denied} objects whose date is past. ${words?.deniedWhy ?? ''} Give the credential the right to delete (every version of) objects, and take away what locks them.`
    return { status: 'False', reason: 'DeleteDenied', message }
  }
  if (last && 'failure' in last) return failing(last.failure, note)
  if (found.refused > 0) {
    const message = `${found.refused} objects in the store cannot be proven to be ours, and are left alone. ${words?.refusedFirst ?? ''} Find out who wrote to the store.`
    return { status: 'False', reason: 'ForeignObjects', message }
  }
  if (note?.memory === 'Lost') return tenantsAwaited(note.clusterID)
  const spared = found.spared > 0 ? ` ${found.spared} are kept past theirs, as the last of who lives.` : ''
  return {
    status: 'True',
    reason: 'Swept',
    message: `What is past its date is taken away every hour.${spared}`,
  }
}

const failing = ({ message }: { message: string }, note: SweepNote | undefined): Says => ({
  status: 'False',
  reason: 'SweepFailing',
  message: `The last sweep failed: ${message} The next one${note ? `, at ${timestamp(note.nextAt)},` : ''} makes it good.`,
})

const tenantsAwaited = (clusterID: string | undefined): Says => ({
  status: 'False',
  reason: 'TenantsAwaited',
  message: `The installation was not made in this cluster, so that tenants may be missing. Of those the last backup is kept, for 89 days from its begin at most. Once all are back: kubectl annotate secret installation ${annotation.tenantsAreBack}=${clusterID ?? ''} --overwrite, in the operator's namespace.`,
})

const awaited = (note: SweepNote | undefined): string =>
  note?.lacks === 'key'
    ? 'The store is swept from the first backup on: nothing can be told to be ours before.'
    : `A Job that looks at the store has not ended yet; one comes every hour${note ? `, the next at ${timestamp(note.nextAt)}` : ''}.`

const unrecoverable =
  'spec.backups.recoveryRecipient is not set: what would open the backups of a lost cluster is not kept there.'

/** What was said stands while nothing newer is known: an operator that was just started knows less than its status. */
function standing(conditions: readonly Condition[], type: string, reasons: string[]): Says | undefined {
  const found = conditions.find((each) => each.type === type)
  if (!found || !reasons.includes(found.reason)) return undefined
  const { status, reason, message } = found
  return { status, reason, message }
}
