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

/** Fewest and most over several reference runs: what is a matter of timing is no matter of crashes. */
export type WriteBounds = Map<string, { fewest: number; most: number }>

export function writeBounds(runs: readonly WriteCounts[]): WriteBounds {
  const steps = new Set(runs.flatMap((run) => [...run.keys()]))
  return new Map(
    [...steps].map((step) => {
      const counts = runs.map((run) => run.get(step) ?? 0)
      return [step, { fewest: Math.min(...counts), most: Math.max(...counts) }]
    }),
  )
}

/** Steps that were written more than once too often, or once too seldom. */
export function outOfBounds(bounds: WriteBounds, seen: WriteCounts): string[] {
  const steps = new Set([...bounds.keys(), ...seen.keys()])
  return [...steps].flatMap((step) => {
    const { fewest, most } = bounds.get(step) ?? { fewest: 0, most: 0 }
    const count = seen.get(step) ?? 0
    if (count >= fewest - 1 && count <= most + 1) return []
    return [
      `${step}: written ${count} times, in the reference ${fewest === most ? most : `${fewest} to ${most}`}`,
    ]
  })
}
