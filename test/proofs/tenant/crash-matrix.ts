import { parseArgs } from 'node:util'
import {
  allPoints,
  crashMatrix,
  type Reference,
  sampleOf,
  transactionsWhole,
} from '../../support/crash-matrix.ts'
import { type Point, pointName, pointNamed } from '../../support/crash-point.ts'
import { startOperatorWorld } from '../../support/operator-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { provisioning } from '../../support/workflows/provisioning.ts'

/** Each is a file of test/support/workflows. */
const workflows = [provisioning]
const patience = { limitMs: 90_000, quietMs: 1_500 }

function options(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      sample: { type: 'string' },
      'transactions-whole': { type: 'boolean', default: false },
      worlds: { type: 'string', default: '2' },
      references: { type: 'string', default: '3' },
      postgres: { type: 'string', default: '18' },
    },
  })
  const { only, sample } = values
  const point = only === undefined ? undefined : pointNamed(only)
  const choose = (all: readonly Point[], reference: Reference): readonly Point[] => {
    if (point !== undefined) return [point]
    const some = values['transactions-whole'] ? transactionsWhole(all, reference) : all
    return sample === undefined ? some : sampleOf(Number(sample))(some)
  }
  const postgres = values.postgres === '15' ? (15 as const) : (18 as const)
  return { choose, worlds: Number(values.worlds), references: Number(values.references), postgres }
}

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { choose, worlds, references, postgres } = options(args)
  const labs = await Promise.all(
    Array.from(
      { length: worlds },
      async () => new TenantLab(await startOperatorWorld({ postgres, progress: say })),
    ),
  )
  const figures: Figures = {}
  try {
    for (const lab of labs) await lab.startOperator()
    for (const workflow of workflows) {
      const start = performance.now()
      const { reference, results } = await crashMatrix({ labs, workflow, references, choose, patience, say })
      const broken = results.filter(({ problems }) => problems.length > 0)
      const name = workflow.name
      figures[`${name}: writes of an undisturbed run`] = reference.writes
      figures[`${name}: points, before and after each write`] = allPoints(reference).length
      figures[`${name}: points tried`] = results.length
      figures[`${name}: points at which the operator was killed`] = results.filter(
        ({ struck }) => struck !== undefined,
      ).length
      figures[`${name}: most writes that one crash cost`] = Math.max(
        0,
        ...results.map(({ extraWrites }) => extraWrites),
      )
      figures[`${name}: points with another end, a leak or a write too many`] = broken.length
      figures[`${name}: seconds`] = Math.round((performance.now() - start) / 1000)
      for (const { point } of broken)
        say(`again: npm run prove -- tenant/crash-matrix --only ${pointName(point)}`)
      for (const [what, figure] of Object.entries(figures)) say(`${what}: ${String(figure)}`)
      claimHolds(
        reference.problems.length === 0,
        `undisturbed runs of ${name} differ: ${reference.problems.join('; ')}`,
      )
      claimHolds(
        broken.length === 0,
        `${broken.length} of ${results.length} points of ${name} do not hold: ${broken.map(({ point }) => pointName(point)).join(', ')}`,
      )
    }
    return figures
  } finally {
    for (const { world } of labs) await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'An operator that is killed before or after any write of a workflow, to Kubernetes or to PostgreSQL, and started again ends where an undisturbed one does: same end state, write counts within one, nothing left over, never unsafe.',
  needs: 'control-plane',
  minutes: 20,
  run,
}
