import { nextDrillAt } from './drills.ts'
import { type Drilled } from './ledger.ts'
import { type RestoresObserved } from './observed.ts'
import { drillLook } from './plan/rest.ts'
import { type RestoreFinding, ledgerUnreadable } from './reasons.ts'

/** What the last look at a tenant's restores came to; the tenant's own controller shows it. */
export interface RestoreNote {
  /** Why none can be made now. */
  finding: RestoreFinding | undefined
  proven: Drilled['proven']
  /** The newest drill, where it failed. */
  failed: Drilled['failure']
  /** When the next one begins. */
  nextAt: Date | undefined
}

export function noteOf({ place, now }: RestoresObserved): RestoreNote {
  const nothing = { proven: undefined, failed: undefined, nextAt: undefined }
  if ('finding' in place) return { ...nothing, finding: place.finding }
  if (place.ledger.state === 'unreadable') return { ...nothing, finding: ledgerUnreadable }
  const ledger = place.ledger.state === 'whole' ? place.ledger.ledger : undefined
  const { proven, failure } = ledger?.drill ?? {}
  const nextAt = nextDrillAt({ ...drillLook(place, ledger?.drill), now })
  return { finding: undefined, proven, failed: failure, nextAt }
}
