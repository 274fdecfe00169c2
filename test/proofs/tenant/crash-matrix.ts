import { parseArgs } from 'node:util'
import { type Reference, sampleOf, transactionsWhole } from '../../support/crash-matrix.ts'
import { type Point, pointNamed } from '../../support/crash-point.ts'
import { proveCrashes } from '../../support/crash-proof.ts'
import { startOperatorWorld } from '../../support/operator-world.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { workflows } from '../../support/workflows/workflows.ts'

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
  try {
    for (const lab of labs) await lab.startOperator()
    return await proveCrashes({
      ...{ proof: 'tenant/crash-matrix', labs, workflows, references, choose, patience, say },
    })
  } finally {
    for (const { world } of labs) await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'An operator that is killed before or after any write of a workflow, to Kubernetes or to PostgreSQL, and started again ends where an undisturbed one does: same end state, every step written as often give or take one (a status may be told less often), nothing left over, never unsafe.',
  needs: 'control-plane',
  minutes: 20,
  run,
}
