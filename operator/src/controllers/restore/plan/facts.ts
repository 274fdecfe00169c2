import { bundleName } from '../../../backups/object-name.ts'
import { timestamp } from '../../conditions.ts'
import { nameOf } from '../choose.ts'
import { type CurrentRestore } from '../ledger.ts'
import { type RestoreFacts } from '../status.ts'

/** What the status of a KiaviRestore shows of it at any time. */
export function factsOf({ number, startedAt, of, users, erasedSince }: CurrentRestore): RestoreFacts {
  return {
    number,
    startedAt: timestamp(new Date(startedAt)),
    ...(of && { sequence: of.sequence, object: bundleName(nameOf(of)) }),
    ...(users === undefined ? {} : { users }),
    ...(erasedSince === undefined ? {} : { erasedSince }),
  }
}

/** From its begin to now, in whole seconds. */
export const secondsSince = ({ startedAt }: CurrentRestore, now: Date): number =>
  Math.max(0, Math.round((now.getTime() - Date.parse(startedAt)) / 1000))
