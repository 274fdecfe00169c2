import { because } from '../codes.ts'
import { type CurrentRestore, type Phase, type RestoreLedger } from '../ledger.ts'
import { type Place, type RestoresObserved } from '../observed.ts'
import { type Restore, byAge, isEnded } from '../restore.ts'
import { tell } from '../status.ts'
import { type RestorePlan, write } from '../steps.ts'
import { failed } from '../turns.ts'
import { planClearing } from './clearing.ts'
import { factsOf } from './facts.ts'
import { planFencing, planReplaying, planSwapping } from './fencing.ts'
import { planFilling, planFinding } from './filling.ts'
import { planProving, planTrying } from './proving.ts'
import { inTurn, tellWaiting } from './next.ts'
import { type Underway } from './underway.ts'

const phases: Record<Phase, (underway: Underway) => RestorePlan> = {
  Finding: planFinding,
  Filling: planFilling,
  Trying: planTrying,
  Fencing: planFencing,
  Replaying: planReplaying,
  Swapping: planSwapping,
  Proving: planProving,
  Clearing: planClearing,
}

/** Until here a restore can be taken back, and the tenant is as before. */
const takenBack: readonly Phase[] = ['Finding', 'Filling', 'Trying', 'Fencing', 'Replaying']

/** The restore that has a number: it goes on to its end before another one begins. */
export function planCurrent(
  seen: RestoresObserved,
  place: Place,
  ledger: RestoreLedger,
  current: CurrentRestore,
): RestorePlan {
  const restore = seen.restores.find(({ uid, deleting }) => uid === current.restore.uid && !deleting)
  const underway = { seen, place, ledger, current, restore }
  if (takenBack.includes(current.phase)) {
    const withdrawn = restore ? givesWay(underway) : 'Its KiaviRestore was deleted; the tenant is as it was.'
    if (withdrawn !== undefined) return write(failed(ledger, because('RESTORE_WITHDRAWN', withdrawn)))
  }
  const others = openOf(seen).filter(({ uid }) => uid !== current.restore.uid)
  return (
    running(underway) ?? tellWaiting(others, current.restore, seen.now) ?? phases[current.phase](underway)
  )
}

const openOf = ({ restores }: RestoresObserved): Restore[] =>
  restores.filter((each) => !each.deleting && !isEnded(each)).sort(byAge)

/** Somebody waits for a restore: a drill can be repeated. */
function givesWay({ seen, current }: Underway): string | undefined {
  if (current.mode !== 'Drill') return undefined
  const [first] = inTurn(openOf(seen))
  if (!first || first.spec?.mode === 'Drill') return undefined
  return `It gave way to KiaviRestore ${first.name}, for which somebody waits. The next drill comes by itself.`
}

function running({ seen, place, current, restore }: Underway): RestorePlan | undefined {
  // What has ended is told by its end.
  if (!restore || current.phase === 'Clearing') return undefined
  const message = sentences[current.phase]
  const job = place.job?.state === 'running' ? place.job : undefined
  const progress = job?.bytes === undefined ? {} : { bytes: job.bytes }
  const facts = { ...factsOf(current), step: current.phase, ...progress }
  const patch = tell(restore, { reason: 'Running', message }, facts, seen.now)
  return patch && { step: { do: 'tell', restore, patch } }
}

const sentences: Record<Exclude<Phase, 'Clearing'>, string> = {
  Finding: 'The store is looked into for the backup; the tenant goes on as before.',
  Filling: 'The backup is fetched, checked and put into a database aside; the tenant goes on as before.',
  Trying: 'The runtime serves the database aside, and a sign-in is tried on it.',
  Fencing: 'Nobody is served any more; what happened to people since the backup is put on record.',
  Replaying: 'What happened to people since the backup is done to what was restored, and sessions are ended.',
  Swapping: 'The database aside takes the place of the one before.',
  Proving: 'The tenant has what was restored, and is proven to serve; see its own condition Ready.',
}
