/** What status tells of each key, in the order in which it was told. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type KeyClientTenant, keysOf } from './keys-of.ts'

export interface PhaseHistory {
  /** Phases by kid, each once in a row. */
  phases: () => ReadonlyMap<string, string[]>
  stop: () => Promise<void>
}

export function phaseHistory(tenant: KeyClientTenant): PhaseHistory {
  const told = new Map<string, string[]>()
  let stopping = false
  const following = (async () => {
    while (!stopping) {
      for (const { kid, phase } of await keysOf(tenant)) {
        const phases = told.get(kid) ?? []
        if (phases.at(-1) !== phase) told.set(kid, [...phases, phase])
      }
      await sleep(250)
    }
  })()
  return {
    phases: () => told,
    stop: async () => {
      stopping = true
      await following
    },
  }
}

const life = ['Generated', 'Published', 'Active', 'Retiring', 'Destroyed']

/** Keys whose phases were told in another order, or not one after the other; a revoked key is gone at once. */
export const disorder = (
  phases: ReadonlyMap<string, readonly string[]>,
  revoked: string | undefined,
): string[] =>
  [...phases].flatMap(([kid, told]) => {
    const after = life.slice(life.indexOf(told[0] ?? ''))
    const expected = kid === revoked ? after.filter((phase) => phase !== 'Retiring') : after
    return told.every((phase, at) => phase === expected[at]) ? [] : [`${kid}: ${told.join(', ')}`]
  })
