import { asideName } from '../../../api/v1alpha1/names.ts'
import { timestamp } from '../../conditions.ts'
import { type RestoreFinding } from '../reasons.ts'
import { type RestoreFacts, tell } from '../status.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { ended, entered } from '../turns.ts'
import { factsOf } from './facts.ts'
import { isSwapped } from './fencing.ts'
import { referenceOf } from './filling.ts'
import { type Underway } from './underway.ts'

/** Everything that it made and nobody needs is taken away, and looked for again; then it is told, then forgotten. */
export function planClearing(underway: Underway): RestorePlan {
  const { place, ledger, current, restore, seen } = underway
  const databases = place.needs?.databases
  if (!databases) return { againMs: againMs.waiting }
  const of = referenceOf(underway)
  // It was given up in the moment in which somebody swapped, who led until then: what is true of the databases counts.
  if (current.failure && current.mode !== 'Drill' && isSwapped(underway, databases)) {
    const before = databases.databases.find(
      (each) => each.kind === 'before' && each.number === current.number,
    )
    const previousUntil = before?.marker?.until
    const learnt = previousUntil === undefined ? {} : { previousUntil: new Date(previousUntil).toISOString() }
    return write(entered(ledger, 'Proving', { ...learnt, failure: undefined }))
  }
  if (databases.own?.marker?.fence?.restore.uid === current.restore.uid)
    return { step: { do: 'aside', of, step: { do: 'unfence' } } }
  const [job] = place.runningJobs
  if (job) return { step: { do: 'deleteJob', name: job.metadata.name, uid: job.metadata.uid ?? '' } }
  const { number } = current
  const left = databases.databases.find(
    (each) =>
      each.kind === 'aside' &&
      (each.marker ? each.marker.restore.uid === current.restore.uid : each.number === number),
  )
  // One that is half made gets its marker first: nothing is dropped that does not say itself whose it is.
  if (left && !left.marker)
    return { step: { do: 'aside', of, step: { do: 'createAside', number, since: seen.now } } }
  if (left?.marker)
    return { step: { do: 'aside', of, step: { do: 'drop', name: left.name, marker: left.marker } } }
  const { finding, facts } = endOf(underway)
  const patch = restore && tell(restore, finding, facts, seen.now)
  if (!patch) return write(ended(ledger, seen.now))
  const { reason, message } = finding
  const type = reason === 'Completed' ? 'Normal' : 'Warning'
  // What was being done is no news any more.
  const told = restore.status.step === undefined ? patch : { ...patch, step: null }
  return { step: { do: 'tell', restore, patch: told, event: { type, reason, message } } }
}

function endOf({ seen, place, current, restore }: Underway): {
  finding: RestoreFinding
  facts: RestoreFacts
} {
  const { failure, of, users = 0, erasedSince = 0, recoverySeconds, mode, number, previousUntil } = current
  const before = factsOf(current)
  if (failure) {
    const reason = failure.code === 'RESTORE_REFUSED' ? 'Refused' : 'Failed'
    const said = { reason, message: failure.message } as const
    return { finding: said, facts: { ...before, failureCode: failure.code } }
  }
  const what = `Backup ${of?.sequence ?? ''} of ${of?.startedAt ?? ''}`
  const took = `${recoverySeconds ?? 0} seconds`
  const completedAt = restore?.status.completedAt ?? timestamp(seen.now)
  const facts = { ...before, completedAt, ...(recoverySeconds === undefined ? {} : { recoverySeconds }) }
  if (mode === 'Drill') {
    const message = `${what} was restored into a database aside, ${users} people in it, and a sign-in on it succeeded after ${took}. All of it is gone again.`
    return { finding: { reason: 'Completed', message }, facts }
  }
  const previous = place.needs?.databases?.databases.find(
    (each) => each.kind === 'before' && each.number === number,
  )
  const kept = previous
    ? ` Database ${previous.name} is the one before; it is kept until ${timestamp(new Date(previousUntil ?? seen.now))}.`
    : ''
  const message = `${what} was restored and serves after ${took}, with ${users} people in it; ${erasedSince} who were erased since were left out.${kept}`
  return {
    finding: { reason: 'Completed', message },
    facts: {
      ...facts,
      ...(previous && {
        previousDatabase: asideName(place.tenantID, 'before', number),
        ...(previousUntil === undefined ? {} : { previousUntil: timestamp(new Date(previousUntil)) }),
      }),
    },
  }
}
