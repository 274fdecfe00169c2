import { createHash } from 'node:crypto'
import { Random } from '../key-year/random.ts'
import { Fleet } from './fleet.ts'
import { draw, happenings } from './happenings.ts'
import { type Laws } from './laws.ts'

const hour = 3_600_000
const day = 24 * hour

export interface DecadeAsked {
  seed: string
  /** Fleets by number: from this one up to, and without, that one. */
  from: number
  to: number
  years: number
  /** How many things befall a fleet in a year. */
  happenings: number
  /** How many of the fleets may fail before the rest is left out. */
  mostFailed: number
}

export interface DecadeResult {
  fleets: number
  tenants: number
  looks: number
  sweeps: number
  crashes: number
  /** Of every removal and every slot: the same in every time zone. */
  digests: string[]
  happenings: Record<string, number>
  figures: Laws['figures']
  /** In hours of uptime; one entry for each fleet. */
  mostLateHours: number[]
  failed: { fleet: number; faults: string[]; trail: string[] }[]
}

export const start = new Date('2027-01-01T00:00:00.000Z')

/** Fleets go through their decades one after the other, each in a world of its own. */
export async function simulateDecades(
  { seed, from, to, years, happenings: perYear, mostFailed }: DecadeAsked,
  say: (line: string) => void,
): Promise<DecadeResult[]> {
  const results: DecadeResult[] = []
  for (let number = from; number < to; number += 1) {
    const random = new Random(`${seed}/${number}`)
    const kind = number % 2 === 1 ? 'volume' : 's3'
    const counts: Record<string, number> = {}
    const fleet = new Fleet(random, { start, kind })
    for (let count = 0; count < 3; count += 1) fleet.addTenant()
    befall(fleet, { random: random.fork('happenings'), perYear, counts })
    watchOver(fleet)
    fleet.operator.look()
    const end = Date.UTC(start.getUTCFullYear() + years)
    while (fleet.timeline.now < end && fleet.laws.faults.length === 0) await fleet.timeline.pass(day)
    results.push(resultOf(fleet, number, counts))
    say(`fleet ${number} (${kind}): ${fleet.operator.looks} looks, ${fleet.store.objects.size} objects left`)
    if (results.filter(({ failed }) => failed.length > 0).length >= mostFailed) break
  }
  return results
}

/** Things come by chance, now several in a day and then none in a month. */
function befall(
  fleet: Fleet,
  { random, perYear, counts }: { random: Random; perYear: number; counts: Record<string, number> },
): void {
  const mean = (365 * day) / perYear
  fleet.timeline.after(-mean * Math.log(1 - random.next()), () => {
    const name = draw(random)
    counts[name] = (counts[name] ?? 0) + 1
    fleet.trail.say(name)
    if (fleet.cluster.tenants.size > 0) happenings[name]?.run(fleet, random)
    befall(fleet, { random, perYear, counts })
  })
}

function watchOver(fleet: Fleet): void {
  fleet.timeline.after(3 * hour, () => {
    fleet.laws.check()
    fleet.forgetErased()
    watchOver(fleet)
  })
}

function resultOf(fleet: Fleet, number: number, counts: Record<string, number>): DecadeResult {
  const { operator, laws, trail, store, cluster } = fleet
  const last = [...store.objects.values()].map(({ name, version }) => `${name} ${version}`)
  const known = JSON.stringify([last, laws.figures, [...cluster.ledgers], operator.looks])
  return {
    ...{ fleets: 1, tenants: fleet.tenantsMade, looks: operator.looks, sweeps: operator.sweeps },
    ...{ crashes: operator.crashes, happenings: counts, figures: laws.figures },
    digests: [createHash('sha256').update(known).digest('hex').slice(0, 16)],
    mostLateHours: [laws.mostLateMs / hour],
    failed: laws.faults.length > 0 ? [{ fleet: number, faults: laws.faults, trail: trail.last(40) }] : [],
  }
}
