import { asideName } from '../../../api/v1alpha1/names.ts'
import { dueDrill, scheduledDrillName } from '../drills.ts'
import { type RestoreLedger } from '../ledger.ts'
import { type Place, type RestoresObserved } from '../observed.ts'
import { type Restore, byAge, isEnded } from '../restore.ts'
import { type RestorePlan, write } from '../steps.ts'
import { dropped } from '../turns.ts'

/** KiaviRestores of the schedule that stay to be looked at, once they have ended. */
const keptDrills = 3

/** What is to be done while no restore is under way: what is past its date, what was left, and drills that are due. */
export function planRest(
  seen: RestoresObserved,
  place: Place,
  ledger: RestoreLedger,
  open: readonly Restore[],
): RestorePlan | undefined {
  return (
    leftovers(seen, place) ?? past(seen, place, ledger) ?? schedule(seen, place, ledger, open) ?? prune(seen)
  )
}

/** Nothing is under way, so nothing may look as if. Found where a ledger was lost. */
function leftovers(
  { installationID }: RestoresObserved,
  { tenantID, needs }: Place,
): RestorePlan | undefined {
  const { own, databases = [] } = needs?.databases ?? {}
  const fence = own?.marker?.installationID === installationID ? own.marker.fence : undefined
  if (fence) return { step: { do: 'aside', of: fence.restore, step: { do: 'unfence' } } }
  for (const { name, kind, marker } of databases) {
    if (kind !== 'aside' || marker?.tenantID !== tenantID || marker.installationID !== installationID)
      continue
    return { step: { do: 'aside', of: marker.restore, step: { do: 'drop', name, marker } } }
  }
  return undefined
}

/** A replaced database goes by the date that its own marker has, looked at now: the ledger says when to look only. */
function past(
  { now, installationID }: RestoresObserved,
  place: Place,
  ledger: RestoreLedger,
): RestorePlan | undefined {
  const { databases } = place.needs ?? {}
  if (!databases) return undefined
  const there = databases.databases.filter(
    ({ kind, marker }) =>
      kind === 'before' && marker?.installationID === installationID && marker.tenantID === place.tenantID,
  )
  for (const { name, marker } of there) {
    if (marker?.until === undefined || Date.parse(marker.until) > now.getTime()) continue
    return { step: { do: 'aside', of: marker.restore, step: { do: 'drop', name, marker } } }
  }
  const names = new Set(databases.databases.map(({ name }) => name))
  const gone = ledger.kept.filter(({ number }) => !names.has(asideName(place.tenantID, 'before', number)))
  return gone.length > 0
    ? write(
        dropped(
          ledger,
          gone.map(({ number }) => number),
        ),
      )
    : undefined
}

/** A drill that is due gets its KiaviRestore, of a name that follows from it: made twice it is found made. */
function schedule(
  { now, restores }: RestoresObserved,
  place: Place,
  ledger: RestoreLedger,
  open: readonly Restore[],
): RestorePlan | undefined {
  if (open.some(({ spec }) => spec?.mode === 'Drill')) return undefined
  const slot = dueDrill({ ...drillLook(place, ledger.drill), now })
  if (!slot) return undefined
  const name = scheduledDrillName(place.tenantID, slot)
  return restores.some((restore) => restore.name === name)
    ? undefined
    : { step: { do: 'schedule', name, slot } }
}

export const drillLook = (
  { tenantID, tenant, newestAt }: Pick<Place, 'tenantID' | 'tenant' | 'newestAt'>,
  drill: RestoreLedger['drill'],
) => ({ ...{ tenantID, newestAt, drill }, everyDays: tenant.spec?.backups.drillEveryDays ?? 0 })

function prune({ restores }: RestoresObserved): RestorePlan | undefined {
  const ended = restores
    .filter((restore) => !restore.deleting && isEnded(restore) && restore.spec?.reason === 'Scheduled')
    .sort(byAge)
  const [oldest] = ended.length > keptDrills ? ended : []
  return oldest && { step: { do: 'prune', restore: oldest } }
}
