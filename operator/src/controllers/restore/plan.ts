import { planCurrent } from './plan/current.ts'
import { planNext } from './plan/next.ts'
import { planRest } from './plan/rest.ts'
import { type RestoresObserved } from './observed.ts'
import { type RestoreLedger, noRestores } from './ledger.ts'
import { type RestoreFinding, ledgerUnreadable } from './reasons.ts'
import { type Restore, byAge, isEnded } from './restore.ts'
import { tell } from './status.ts'
import { type RestorePlan, againMs } from './steps.ts'

/** One step at a time: after each the world is looked at anew. */
export function planRestores(seen: RestoresObserved): RestorePlan {
  const { place } = seen
  const open = seen.restores.filter((restore) => !restore.deleting && !isEnded(restore)).sort(byAge)
  if ('finding' in place) {
    // That a tenant became ready is our own word, of which no watch tells.
    const again = open.length > 0 || place.finding.reason === 'TenantNotReady'
    return tellAll(open, place.finding, seen.now, again)
  }
  if (place.ledger.state === 'unreadable') return tellAll(open, ledgerUnreadable, seen.now, true)
  const ledger: RestoreLedger = place.ledger.state === 'whole' ? place.ledger.ledger : noRestores
  if (ledger.current) return planCurrent(seen, place, ledger, ledger.current)
  return planRest(seen, place, ledger, open) ?? planNext(seen, place, ledger, open)
}

/** The same for every restore that is open. */
function tellAll(open: readonly Restore[], finding: RestoreFinding, now: Date, again: boolean): RestorePlan {
  for (const restore of open) {
    const patch = tell(restore, finding, {}, now)
    if (patch) return { step: { do: 'tell', restore, patch } }
  }
  return { againMs: again ? againMs.blocked : undefined }
}
