/** How often each thing was written, told without the names of the tenant; and the comparison with a reference. */
import { type Workflow } from './crash-lab.ts'
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

/** What several reference runs took, the fewest and the most: how often a wait is told is a matter of timing. */
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

/**
 * A status says what was so at a moment, and a pod is called where it lags at a moment: whoever was dead at that moment
 * does neither.
 */
const isOfTheMoment = (step: string) => step.endsWith('/status') || step.startsWith('patch pods ')

/** What a class says of its store comes with the hour's sweep and what that found, whatever is crossed. */
const spareOf = (step: string, spare: number) =>
  /^patch kiavitenantclasses .+\/status$/.test(step) ? spare + 3 : spare

const told = ({ fewest, most }: { fewest: number; most: number }) =>
  fewest === most ? `${most}` : `${fewest} to ${most}`

/**
 * Steps that were written more often than `spare` times too often (once unless given), or, but for what is of the moment,
 * more than once too seldom. What is `doneAnew` may be written twice as often.
 */
export function outOfBounds(
  bounds: WriteBounds,
  seen: WriteCounts,
  { spareWrites: spare = 1, doneAnew }: Pick<Workflow, 'spareWrites' | 'doneAnew'> = {},
): string[] {
  return [...new Set([...bounds.keys(), ...seen.keys()])].flatMap((step) => {
    const bound = bounds.get(step) ?? { fewest: 0, most: 0 }
    const count = seen.get(step) ?? 0
    const tooSeldom = count < bound.fewest - 1 && !isOfTheMoment(step)
    const most = doneAnew?.test(step) === true ? 2 * bound.most : bound.most
    if (count <= most + spareOf(step, spare) && !tooSeldom) return []
    return [`${step}: written ${count} times, in the reference ${told(bound)}`]
  })
}
