import { readGone } from '../../backups/sweep-report.ts'
import { type Run } from '../backup/run.ts'
import { nextSweep } from '../backup/sweep/slot.ts'
import { timestamp } from '../conditions.ts'
import { statusPatch } from '../tenant/status.ts'
import { backupOf, isForgettable, toAsk } from './books.ts'
import { judgeSweep } from './judge-end.ts'
import { type SweepNeeds, type SweepObserved } from './observed.ts'
import { type SweepRendering } from './rendering.ts'

type Told = Omit<SweepRendering, 'operator' | 'jobs'>

/** One effect each. */
export type SweepStep = { do: 'ensurePolicy' } | { do: 'createJob'; told: Told }

/** One effect each, on a KiaviBackup. */
export type BookStep =
  /** What the sweep found: it is gone from the store. */
  { do: 'tellRemoved'; run: Run; patch: Record<string, unknown> } | { do: 'forget'; run: Run }

const secondMs = 1_000
const againMs = { running: 15 * secondMs, lacking: 60 * secondMs }

/** What to do next about a class's store, or when to look again. */
export function planSweep(seen: SweepObserved): { step: SweepStep } | { againMs: number | undefined } {
  const { place, className, now } = seen
  if (!place) return { againMs: undefined }
  if (place.isRunning) return { againMs: againMs.running }
  const { due, needs } = place
  if (!due || !needs) return { againMs: nextSweep(className, now).getTime() - now.getTime() + secondMs }
  if (needs.lacks !== undefined) return { againMs: againMs.lacking }
  if (!needs.isPolicySettled) return { step: { do: 'ensurePolicy' } }
  return { step: { do: 'createJob', told: toldOf(seen, place.class, place.memory, due, needs) } }
}

function toldOf(
  { installationID, className, now, runs }: SweepObserved,
  tenantClass: Told['class'],
  memory: Told['memory'],
  slot: Date,
  { installationKeys, tenants, isSure, running }: Extract<SweepNeeds, { lacks: undefined }>,
): Told {
  const damaged = runs.flatMap(({ status }) => (status.damagedAt === undefined ? [] : (status.object ?? [])))
  const turn = Math.floor(slot.getTime() / 3_600_000)
  return {
    ...{ installationID, className, class: tenantClass, slot, now, installationKeys, tenants },
    // Who could not be asked for may live.
    memory: isSure ? memory : 'Lost',
    ...{ running, damaged, asked: toAsk(runs, { installationID, now, turn }) },
  }
}

/** What is to be written into KiaviBackups, or taken away with them. Each stands for itself, and may be done twice. */
export function booksOf({ now, runs, place, installationID }: SweepObserved): BookStep[] {
  const judged = place?.ended && judgeSweep(place.ended.end)
  const gone = new Set(
    place?.ended && judged && 'facts' in judged ? readGone(place.ended.asked, judged.facts.gone) : [],
  )
  return runs.flatMap((run): BookStep[] => {
    if (run.deleting) return []
    if (isForgettable(run, now)) return [{ do: 'forget', run }]
    if (run.status.removedAt !== undefined || !gone.has(backupOf(run, installationID) ?? '')) return []
    const patch = statusPatch(run.status, { ...run.status, removedAt: timestamp(now) })
    return patch ? [{ do: 'tellRemoved', run, patch }] : []
  })
}
