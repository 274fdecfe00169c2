import { type AsideObserved } from '../../../providers/database/aside-port.ts'
import { type WaitingRun } from '../../backup/next-runs.ts'
import { nextDrillAt } from '../drills.ts'
import { judgeRestore } from '../judge.ts'
import { type RestoreLedger } from '../ledger.ts'
import { type Place, type RestoresObserved } from '../observed.ts'
import { type RestoreFinding } from '../reasons.ts'
import { type Restore } from '../restore.ts'
import { tell } from '../status.ts'
import { type RestorePlan, againMs, write } from '../steps.ts'
import { type Begins, begun } from '../turns.ts'
import { drillLook } from './rest.ts'

/** A clock may be set, and what is awaited may come unseen. */
const longestMs = 3_600_000

/** Which restore of a tenant comes first: what somebody waits for, then drills, each in the order in which they came. */
export const inTurn = (open: readonly Restore[]): Restore[] => [
  ...open.filter(({ spec }) => spec?.mode !== 'Drill'),
  ...open.filter(({ spec }) => spec?.mode === 'Drill'),
]

/** The next restore that is open is judged, and begins; others are told that they wait. */
export function planNext(
  seen: RestoresObserved,
  place: Place,
  ledger: RestoreLedger,
  open: readonly Restore[],
): RestorePlan {
  const { now } = seen
  const say = (restore: Restore, finding: RestoreFinding): RestorePlan | undefined => {
    const patch = tell(restore, finding, {}, now)
    return patch && { step: { do: 'tell', restore, patch } }
  }
  const { needs } = place
  if (open.length === 0 || !needs) return { againMs: untilRest(place, ledger, now) }
  const turn = inTurn(open)
  let againAt: number = againMs.blocked
  for (const [at, restore] of turn.entries()) {
    const judged = judgeRestore(restore, place, needs, now)
    if ('finding' in judged) {
      // Whoever waits for a person keeps nobody else waiting.
      const said = say(restore, judged.finding)
      if (said) return said
      continue
    }
    if (restore.spec?.mode === 'Drill' && !seen.admitted([asWaiting(place, restore)])) {
      againAt = againMs.queued
      const said = say(restore, noRoom)
      if (said) return said
      break
    }
    // Nothing begins on a server that could not be looked at: its numbers may be taken.
    const { databases } = needs
    if (!databases) continue
    const told = tellWaiting(turn.slice(at + 1), restore, now)
    if (told) return told
    return begin(restore, ledger, { now, of: judged.begins, taken: numbersOf(databases) })
  }
  return { againMs: againAt }
}

function begin(
  { spec, name, uid }: Restore,
  ledger: RestoreLedger,
  { now, of, taken }: Pick<Begins, 'now' | 'of' | 'taken'>,
): RestorePlan {
  const mode = spec?.mode ?? 'Drill'
  const slot = spec?.slot === undefined ? undefined : new Date(spec.slot)
  return write(begun(ledger, { restore: { name, uid }, mode, of, slot, taken, now }), mode === 'Drill')
}

const numbersOf = ({ databases }: AsideObserved) => databases.map(({ number }) => number)

const asWaiting = ({ tenantID }: Place, { name, createdAt }: Restore): WaitingRun => ({
  ...{ tenantID, name, since: createdAt },
  reason: 'Scheduled',
})

/** When there is something to do at rest: a drill, or a date that comes. */
function untilRest(place: Place, ledger: RestoreLedger, now: Date): number | undefined {
  const next = nextDrillAt({ ...drillLook(place, ledger.drill), now })
  const dates = [...(next ? [next.getTime()] : []), ...ledger.kept.map(({ until }) => Date.parse(until))]
  // A first backup is awaited: who completes it wakes nobody here.
  if (dates.length === 0) return place.newestAt ? undefined : longestMs
  const soonest = Math.min(...dates) - now.getTime()
  return Math.max(1_000, Math.min(longestMs, soonest))
}

/** One restore of a tenant runs at a time: the others are told so. */
export function tellWaiting(
  others: readonly Restore[],
  { name }: Pick<Restore, 'name'>,
  now: Date,
): RestorePlan | undefined {
  for (const restore of others) {
    const patch = tell(restore, waits(name), {}, now)
    if (patch) return { step: { do: 'tell', restore, patch } }
  }
  return undefined
}

const waits = (name: string): RestoreFinding => ({
  reason: 'Queued',
  message: `It waits for its turn: one restore of a tenant runs at a time, and KiaviRestore ${name} is before it.`,
})

const noRoom: RestoreFinding = {
  reason: 'AwaitingRoom',
  message: 'It waits for room: two drills of a KiaviTenantClass run at a time.',
}
