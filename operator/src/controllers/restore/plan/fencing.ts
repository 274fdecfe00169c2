import { because } from '../codes.ts'
import { rpIdOf } from '../../tenant/rendering.ts'
import { pauseOf } from '../../tenant/plan/paused.ts'
import { isTrue } from '../../conditions.ts'
import { judgeReplay } from '../judge-end.ts'
import { type AsideObserved } from '../../../providers/database/aside-port.ts'
import { type DatabaseMarker } from '../../../providers/database/port.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { entered, failed } from '../turns.ts'
import { referenceOf } from './filling.ts'
import { planJob } from './work.ts'
import { type Underway } from './underway.ts'

const dayMs = 86_400_000
/** For how long nobody may be served: then it is undone, and the tenant is as before. */
const longestFenceMs = 20 * 60_000

/** Nobody writes any more; and what happened to people until now is on record. */
export function planFencing(underway: Underway): RestorePlan {
  const { place, ledger, current, seen } = underway
  const databases = place.needs?.databases
  if (!databases) return { againMs: againMs.waiting }
  const over = overdue(underway, databases)
  if (over) return over
  if (databases.own) {
    // What keeps the journal from being kept is found before anybody is kept out.
    if (!place.isDrained && !place.hasDone('drain')) return { step: { do: 'drain' } }
    if (!place.hasDone('fence'))
      return { step: { do: 'aside', of: referenceOf(underway), step: { do: 'fence', since: seen.now } } }
    // Somebody signed up after it was looked at first, and before the doors were closed.
    if (current.mode === 'NewTenant' && place.needs?.holdsPeople !== false)
      return write(failed(ledger, holdsPeople(place.tenant.name)))
    if (!place.isDrained) return { step: { do: 'drain' } }
  }
  // Its controller has to have seen that it does not serve: only then does Ready prove anything afterwards.
  const pause = pauseOf(place.tenant, seen.now)
  if (isTrue(place.tenant.status.conditions, 'Ready') && !(pause && 'until' in pause))
    return { againMs: againMs.waiting }
  return write(entered(ledger, 'Replaying'))
}

/** What happened since the backup happens again, and sessions end, before anybody is let in. */
export function planReplaying(underway: Underway): RestorePlan {
  const { place, ledger, seen, restore } = underway
  const databases = place.needs?.databases
  if (!databases) return { againMs: againMs.waiting }
  return (
    overdue(underway, databases) ??
    planJob('replay', place, ledger, (end) => {
      const judged = judgeReplay(end)
      if ('failure' in judged) return write(failed(ledger, judged.failure))
      const days = restore?.spec?.keepPreviousDays ?? 7
      const learnt = { erasedSince: judged.facts.erased, users: judged.facts.users }
      // A database that was lost is not kept.
      if (!databases.own) return write(entered(ledger, 'Swapping', learnt))
      const previousUntil = new Date(seen.now.getTime() + days * dayMs).toISOString()
      return write(entered(ledger, 'Swapping', { ...learnt, previousUntil }))
    })
  )
}

/** One transaction of the server: before it the tenant is as it was, after it as the backup says. */
export function planSwapping(underway: Underway): RestorePlan {
  const { place, ledger, current, seen } = underway
  const databases = place.needs?.databases
  if (!databases) return { againMs: againMs.waiting }
  if (isSwapped(underway, databases)) return write(entered(ledger, 'Proving'))
  const over = overdue(underway, databases)
  if (over) return over
  const { number, previousUntil } = current
  const step = {
    do: 'swap',
    ...{ number, marker: markerOf(underway), connectionLimit: place.connectionLimit },
    since: seen.now,
    until: new Date(previousUntil ?? seen.now),
  } as const
  return { step: { do: 'aside', of: referenceOf(underway), step } }
}

/** The database says itself which restore put it there. */
export const isSwapped = (
  { current }: Pick<Underway, 'current'>,
  { own, databases }: AsideObserved,
): boolean =>
  own?.marker?.restored?.restore.uid === current.restore.uid ||
  databases.some(
    ({ kind, number, marker }) =>
      kind === 'before' && number === current.number && marker?.restore.uid === current.restore.uid,
  )

function overdue(
  { seen, current, ledger }: Underway,
  { own, databases }: AsideObserved,
): RestorePlan | undefined {
  const isThere = databases.some(({ kind, number }) => kind === 'aside' && number === current.number)
  if (!isThere)
    return write(
      failed(
        ledger,
        because(
          'RESTORE_DATABASE_GONE',
          'The database aside is gone: somebody dropped it. The tenant has the database that it had; make another KiaviRestore.',
        ),
      ),
    )
  const since = Date.parse(current.fencedAt ?? '')
  // A tenant without a database is served by nothing that waiting would keep from it.
  if (!own || !(seen.now.getTime() - since > longestFenceMs)) return undefined
  return write(
    failed(
      ledger,
      because(
        'RESTORE_TOO_LONG',
        'Nobody had been served for twenty minutes, and the restore was undone: the tenant has the database that it had. The log of the operator, and of the Jobs of the restore, says what it waited for.',
      ),
    ),
  )
}

/** As the tenant's own controller writes it. */
function markerOf({ seen, place }: Underway): DatabaseMarker {
  const { tenant, tenantID, needs } = place
  const { namespace, name, spec, status } = tenant
  const before = needs?.databases?.own?.marker
  if (before) return before
  const { host = '' } = spec ?? {}
  const rpId = status.rpId ?? (spec ? rpIdOf(spec) : host)
  return { ...{ installationID: seen.installationID, tenantID, namespace, name, host, rpId } }
}

const holdsPeople = (name: string) =>
  because(
    'RESTORE_REFUSED',
    `Somebody signed up at KiaviTenant ${name} meanwhile: it is left as it is. Make a new KiaviTenant, and restore into that one before anybody knows of it.`,
  )
