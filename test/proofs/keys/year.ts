import { parseArgs } from 'node:util'
import { type Mutant, mutants } from '../../support/key-year/mutants.ts'
import { runPart } from '../../support/key-year/run-part.ts'
import { sumYears } from '../../support/key-year/sum-years.ts'
import { type YearAsked, type YearResult } from '../../support/key-year/year.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

/** What the claim asks for of a whole run: smaller ones show the same of less. */
const whole = { tenants: 200, days: 365, verifications: 100_000 }
/** A mistake shows early: shorter and stormier years are enough, and the rest is spared once it has. */
const mutantYear = { seed: 'mutants', tenants: 60, days: 60, storms: 120 }

function options(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tenants: { type: 'string', default: String(whole.tenants) },
      /** Only this one, by its number: to look at a failure again. */
      tenant: { type: 'string' },
      days: { type: 'string', default: String(whole.days) },
      storms: { type: 'string', default: '16' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      'no-mutants': { type: 'boolean', default: false },
    },
  })
  const from = Number(values.tenant ?? 0)
  const to = values.tenant === undefined ? Number(values.tenants) : from + 1
  return {
    asked: {
      ...{ seed: values.seed, from, to, days: Number(values.days), storms: Number(values.storms) },
      mostFailed: 3,
    },
    workers: Math.min(Number(values.workers), to - from),
    withMutants: !values['no-mutants'],
  }
}

/** The tenants of each worker. */
function shares(asked: YearAsked, workers: number): YearAsked[] {
  const { from, to } = asked
  const edge = (index: number) => from + Math.round(((to - from) * index) / workers)
  return Array.from({ length: workers }, (_, index) => ({
    ...asked,
    from: edge(index),
    to: edge(index + 1),
  }))
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { asked, workers, withMutants } = options(args)
  const { seed, days } = asked
  say(`seed ${seed}: ${asked.to - asked.from} tenants, ${days} days, ${workers} workers`)
  const parts = shares(asked, workers).map((share, index) =>
    runPart(share, { say: (line) => say(`worker ${index + 1}: ${line}`) }),
  )
  const year = sumYears(await Promise.all(parts))
  claimHolds(year.failed.length === 0, told(year, asked))
  const { tally, phases } = year
  claimHolds(tally.unknown === 0, `${tally.unknown} verifiers did not know the key of a good token.`)
  claimHolds(2 * tally.nearChange >= tally.verifications, 'Less than half were near a change of phase.')
  if (year.tenants >= whole.tenants && days >= whole.days) {
    claimHolds(
      tally.verifications >= whole.verifications,
      `There were only ${tally.verifications} verifications.`,
    )
  }
  const caught: Figures = {}
  for (const mutant of withMutants ? mutants : []) caught[`mutant: ${mutant.name}`] = await fate(mutant, say)
  return {
    seed,
    tenants: year.tenants,
    days,
    'verifications (each an RS256 token signed by the shipped code, judged by jose)': tally.verifications,
    'of them within one cache life after a change of phase': tally.nearChange,
    'of them behind a shared cache': tally.behindCache,
    'by verifiers that keep to max-age': tally.byVerifier['max-age'],
    "by verifiers with jose's defaults": tally.byVerifier.jose,
    'by verifiers that keep a JWKS for one hour': tally.byVerifier['one hour'],
    'unknown kids': tally.unknown,
    'apart: tokens of a revoked key': tally.apart.revoked,
    'apart: signed by a standby that had to before it had aged': tally.apart.unaged,
    'pairs of a served JWKS and a signing pod that could meet in a verifier': year.pairs,
    'faults against any law, of them such pairs without the key': year.failed.flatMap(({ faults }) => faults)
      .length,
    'of them without the key after a revoke, apart': year.pairsApart,
    'looks of the operator': year.looks,
    'crashes of the operator': year.crashes,
    'keys made': phases['Generated'] ?? 0,
    'keys that came to sign': phases['Active'] ?? 0,
    'keys that were destroyed': phases['Destroyed'] ?? 0,
    'what befell them': Object.entries(year.happenings)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
    ...caught,
  }
}

/** How a mutant was found out; the claim does not hold where it was not. */
async function fate({ name }: Mutant, say: ProofIO['say']): Promise<string> {
  const { tenants, ...form } = mutantYear
  const asked = { ...form, from: 0, to: tenants, mostFailed: 1 }
  const { failed, tally } = await runPart(asked, { mutant: name, say: () => {} })
  const [first] = failed
  claimHolds(first !== undefined, `The mutant "${name}" was not found out in ${tenants} tenants.`)
  say(`mutant "${name}": ${first.faults[0] ?? ''}`)
  return `fails: tenant ${first.tenant}, ${first.faults.length} faults, ${tally.unknown} unknown kids in ${tally.verifications}`
}

function told({ failed }: YearResult, { seed, days, storms }: YearAsked): string {
  return failed
    .map(({ tenant, faults, trail }) =>
      [
        `Tenant ${tenant} (again: npm run prove -- keys/year --seed ${seed} --days ${days} --storms ${storms} --tenant ${tenant} --no-mutants):`,
        ...faults.slice(0, 5),
        'What happened before:',
        ...trail,
      ].join('\n    '),
    )
    .join('\n  ')
}

export const proof: Proof = {
  claim:
    'A simulated year over 200 tenants that drives the shipped plan, reconcile and JWKS code (only clock, API server and mounts simulated) with clock jumps, crashes, slow and unreachable pods, overlapping rotations and revokes: verifiers that cache for max-age, as jose does by default and for one hour see 0 unknown kids in 100,000 verifications and more, half of them within one cache life of a change of phase; never a tenant without an active key; each of the mutants (activate at once, retire early, skip a pod, count a pod that did not answer and more) fails it.',
  needs: 'nothing',
  minutes: 15,
  run,
}
