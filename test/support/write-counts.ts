/** How often each thing was written, told without the names of the tenant; and the comparison with a reference. */
import { type Effect, tookPlace } from './effect-ledger.ts'
import { maskNames, maskRandom, type TenantNames } from './mask.ts'

export type WriteCounts = Map<string, number>

/** Only what the server took: a write that it refused changed nothing. */
export function writeCounts(effects: readonly Effect[], names: TenantNames): WriteCounts {
  const counts: WriteCounts = new Map()
  for (const effect of effects.filter(tookPlace)) {
    const part = effect.subresource === undefined ? '' : `/${effect.subresource}`
    const step = maskNames(maskRandom(`${effect.verb} ${effect.object}${part}`), names)
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return counts
}

/** The most of several reference runs: how often a wait is told is a matter of timing. */
export type WriteBounds = Map<string, number>

export function writeBounds(runs: readonly WriteCounts[]): WriteBounds {
  const steps = new Set(runs.flatMap((run) => [...run.keys()]))
  return new Map([...steps].map((step) => [step, Math.max(...runs.map((run) => run.get(step) ?? 0))]))
}

/** Steps that were written more than once too often. One too few is no fault of its own: the end state tells. */
export function outOfBounds(bounds: WriteBounds, seen: WriteCounts): string[] {
  return [...seen].flatMap(([step, count]) => {
    const most = bounds.get(step) ?? 0
    return count <= most + 1 ? [] : [`${step}: written ${count} times, in the reference ${most}`]
  })
}
