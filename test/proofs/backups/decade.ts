import { parseArgs } from 'node:util'
import { type DecadeAsked, type DecadeResult } from '../../support/backup-decade/decade.ts'
import { type Mutant, mutants } from '../../support/backup-decade/mutants.ts'
import { runPart } from '../../support/backup-decade/run-part.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

/** Clocks change by an hour, by half of one, on other days, on the southern half of the world, or never. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Pacific/Chatham',
  'UTC',
]
/** What the claim asks for of a whole run: smaller ones show the same of less. */
const whole = { fleets: 6, years: 10 }
/** A mistake shows early: shorter and stormier times are enough, and the rest is spared once it has. */
const mutantRun = { seed: 'mutants', from: 0, to: 6, years: 3, happenings: 250, mostFailed: 1 }
const mutantZone = 'America/New_York'
/** So rare that whole decades may go by without it. */
const rare = 'of them again, since a lost cluster forgot that they had failed or were run by a clock ahead'

function options(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      fleets: { type: 'string', default: String(whole.fleets) },
      /** Only this one, by its number: to look at a failure again. */
      fleet: { type: 'string' },
      years: { type: 'string', default: String(whole.years) },
      happenings: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      'no-mutants': { type: 'boolean', default: false },
      /** Only this one, by its name. */
      mutant: { type: 'string' },
    },
  })
  const from = Number(values.fleet ?? 0)
  return {
    asked: {
      ...{ seed: values.seed, from, to: values.fleet === undefined ? Number(values.fleets) : from + 1 },
      ...{ years: Number(values.years), happenings: Number(values.happenings), mostFailed: 3 },
    },
    workers: Number(values.workers),
    mutants: values['no-mutants']
      ? []
      : mutants.filter(({ name }) => values.mutant === undefined || name === values.mutant),
  }
}

const zoneOf = (fleet: number) => zones[fleet % zones.length] ?? 'UTC'

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { asked, workers, mutants: chosen } = options(args)
  say(`seed ${asked.seed}: ${asked.to - asked.from} fleets, ${asked.years} years, ${workers} workers`)
  const fleets = Array.from({ length: asked.to - asked.from }, (_, index) => asked.from + index)
  const results = await eachAtOnce(fleets, workers, (fleet) =>
    runPart({ ...asked, from: fleet, to: fleet + 1 }, { zone: zoneOf(fleet), say }),
  )
  const decades = results.flat()
  const failed = decades.flatMap((decade) => decade.failed)
  claimHolds(failed.length === 0, told(failed, asked))
  const digests = await eachAtOnce(zones, workers, (zone) => sameEverywhere(zone, asked))
  claimHolds(new Set(digests).size === 1, `What is decided depends on the time zone: ${digests.join(', ')}.`)
  const figures = summed(decades.map((decade) => ({ ...decade.figures })))
  if (fleets.length >= whole.fleets && asked.years >= whole.years)
    for (const [what, count] of Object.entries(figures))
      claimHolds(
        count > 0 || what === rare,
        `The simulation never came to this, so it shows nothing of it: ${what}.`,
      )
  if (chosen.length > 0) await holdsWithout(workers)
  const caught = await eachAtOnce(chosen, workers, (mutant) => fate(mutant, say))
  return {
    seed: asked.seed,
    fleets: decades.length,
    'years of each': asked.years,
    tenants: sum(decades.map(({ tenants }) => tenants)),
    'time zones of the machines': zones.join(', '),
    'looks of the operator': sum(decades.map(({ looks }) => looks)),
    'sweeps of a store': sum(decades.map(({ sweeps }) => sweeps)),
    'crashes and outages of the operator': sum(decades.map(({ crashes }) => crashes)),
    'faults against any law': 0,
    'slots that were run twice': 0,
    ...figures,
    'hours of uptime after its date that anything else was there at most': Number(
      Math.max(...decades.flatMap(({ mostLateHours }) => mostLateHours)).toFixed(1),
    ),
    'what befell them': Object.entries(summed(decades.map(({ happenings }) => happenings)))
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
    ...Object.fromEntries(chosen.map(({ name }, index) => [`mutant: ${name}`, caught[index] ?? ''])),
  }
}

/** A year of the first fleet, told in a few letters: they are the same wherever the machine stands. */
async function sameEverywhere(zone: string, asked: DecadeAsked): Promise<string> {
  const [year] = await runPart({ ...asked, from: 0, to: 1, years: 1 }, { zone, say: () => {} })
  return year?.digests.join() ?? zone
}

/** What mutants go through, without a mistake: a fault there would be no merit of theirs. */
async function holdsWithout(workers: number): Promise<void> {
  const fleets = Array.from({ length: mutantRun.to - mutantRun.from }, (_, index) => mutantRun.from + index)
  const controls = await eachAtOnce(fleets, workers, (fleet) =>
    runPart({ ...mutantRun, from: fleet, to: fleet + 1 }, { zone: mutantZone, say: () => {} }),
  )
  const failed = controls.flat().flatMap((control) => control.failed)
  claimHolds(failed.length === 0, told(failed, mutantRun))
}

/** How a mutant was found out; the claim does not hold where it was not. */
async function fate({ name }: Mutant, say: ProofIO['say']): Promise<string> {
  const fleets = await runPart(mutantRun, { zone: mutantZone, mutant: name, say: () => {} })
  const first = fleets.flatMap(({ failed }) => failed)[0]
  claimHolds(first !== undefined, `The mutant "${name}" was not found out in ${mutantRun.to} fleets.`)
  say(`mutant "${name}": ${first.faults[0] ?? ''}`)
  return `fails: fleet ${first.fleet}, ${first.faults[0] ?? ''}`
}

function told(failed: DecadeResult['failed'], { seed, years, happenings }: DecadeAsked): string {
  return failed
    .map(({ fleet, faults, trail }) =>
      [
        `Fleet ${fleet} (again: TZ=${zoneOf(fleet)} npm run prove -- backups/decade --seed ${seed} --years ${years} --happenings ${happenings} --fleet ${fleet} --no-mutants):`,
        ...faults.slice(0, 5),
        'What happened before:',
        ...trail,
      ].join('\n    '),
    )
    .join('\n  ')
}

/** In the order of the items, so many at a time. */
async function eachAtOnce<A, B>(
  items: readonly A[],
  atOnce: number,
  run: (item: A) => Promise<B>,
): Promise<B[]> {
  const results: B[] = []
  const left = [...items.entries()]
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await run(next[1])
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

function summed(records: readonly Record<string, number>[]): Record<string, number> {
  const names = new Set(records.flatMap((record) => Object.keys(record)))
  return Object.fromEntries([...names].map((name) => [name, sum(records.map((record) => record[name] ?? 0))]))
}

export const proof: Proof = {
  claim:
    'Ten simulated years over six fleets that drive the shipped rules of backups (schedule, catch-up, concurrency, numbers, expiry, sweep; only clock, cluster, Jobs and store simulated) on machines of six time zones with their changes of clocks, with leap days, clocks set ahead and back, crashes between any two effects, outages, lost clusters, tenants that end or vanish and hands of strangers in the store: nothing older than its date by more than a day of uptime, but for the last verified backup of a tenant that lives and what somebody changed, which are counted; no slot run twice, none left behind; no last backup of a living tenant pruned; never an old backup given for the newest; decisions the same in every time zone; each of the mutants (run a slot again, days as the machine has them, no leap days, prune the last one, sweep what the cluster remembers only, and more) fails it.',
  needs: 'nothing',
  minutes: 20,
  run,
}
