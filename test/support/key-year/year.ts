import { Random } from './random.ts'
import { RsaPool } from './rsa-pool.ts'
import { type Counts } from './storm.ts'
import { tenantYear } from './tenant-year.ts'
import { type Tally, emptyTally } from './verifications.ts'

export interface YearAsked {
  seed: string
  /** Tenants by number: from this one up to, and without, that one. */
  from: number
  to: number
  days: number
  /** How many storms a tenant goes through in a year. */
  storms: number
  /** How many of the tenants may fail before the rest is left out. */
  mostFailed: number
}

export interface YearResult {
  tenants: number
  looks: number
  crashes: number
  /** How many keys came to each phase. */
  phases: Record<string, number>
  happenings: Record<string, number>
  tally: Tally
  pairs: number
  pairsApart: number
  failed: { tenant: number; faults: string[]; trail: string[] }[]
}

const primes = 16

/**
 * Tenants go through their years one after the other, each in a world of its own: no two of them share anything that
 * keys depend on, and each comes out the same whichever others are simulated beside it.
 */
export async function simulateYear(asked: YearAsked, say: (line: string) => void): Promise<YearResult> {
  const { seed, from, to, days, storms, mostFailed } = asked
  const pool = new RsaPool(new Random('primes'), primes)
  const tally = emptyTally()
  const counts: Counts = new Map()
  const phases: Counts = new Map()
  const result: YearResult = {
    ...{ tenants: 0, looks: 0, crashes: 0, phases: {}, happenings: {}, tally },
    ...{ pairs: 0, pairsApart: 0, failed: [] },
  }
  for (let tenant = from; tenant < to; tenant += 1) {
    const random = new Random(`${seed}/${tenant}`)
    const first = random.below(pool.size)
    let used = 0
    const nextKey = () => {
      if (used === pool.size)
        throw new RangeError(`A tenant needs more than ${used} keys: no two may be the same.`)
      used += 1
      return pool.key((first + used) % pool.size)
    }
    const year = await tenantYear({ random, days, storms, nextKey, tally, counts })
    result.tenants += 1
    result.looks += year.looks
    result.crashes += year.crashes
    result.pairs += year.pairs
    result.pairsApart += year.apart
    for (const [phase, count] of year.phases) phases.set(phase, (phases.get(phase) ?? 0) + count)
    if (year.faults.length > 0) result.failed.push({ tenant, faults: year.faults, trail: year.trail })
    if (result.failed.length >= mostFailed) break
    if (result.tenants % 10 === 0) say(`${result.tenants} tenants, ${tally.verifications} verifications`)
  }
  return { ...result, phases: Object.fromEntries(phases), happenings: Object.fromEntries(counts) }
}
