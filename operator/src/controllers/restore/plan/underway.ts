import { type CurrentRestore, type RestoreLedger } from '../ledger.ts'
import { type Place, type RestoresObserved } from '../observed.ts'
import { type Restore } from '../restore.ts'

/** What every phase decides from. */
export interface Underway {
  seen: RestoresObserved
  place: Place
  ledger: RestoreLedger
  current: CurrentRestore
  /** Its KiaviRestore, unless somebody deleted it. */
  restore: Restore | undefined
}
