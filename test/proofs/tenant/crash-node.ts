import { parseArgs } from 'node:util'
import { sampleOf } from '../../support/crash-matrix.ts'
import { type Point, pointNamed } from '../../support/crash-point.ts'
import { proveCrashes } from '../../support/crash-proof.ts'
import { startNodeOperatorWorld } from '../../support/node-operator-world.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { workflows } from '../../support/workflows/workflows.ts'

/** Pods take their time. */
const patience = { limitMs: 180_000, quietMs: 3_000 }

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      every: { type: 'string', default: '10' },
      references: { type: 'string', default: '3' },
      name: { type: 'string', default: 'proof-crash' },
    },
  })
  const point = values.only === undefined ? undefined : pointNamed(values.only)
  const choose = (all: readonly Point[]) =>
    point === undefined ? sampleOf(Math.ceil(all.length / Number(values.every)))(all) : [point]
  const lab = new TenantLab(await startNodeOperatorWorld({ name: values.name, progress: say }))
  try {
    await lab.startOperator()
    return await proveCrashes({
      ...{ proof: 'tenant/crash-node', labs: [lab], workflows, choose, patience, say },
      references: Number(values.references),
    })
  } finally {
    await lab.world.stop()
  }
}

export const proof: Proof = {
  claim:
    'The same with real pods, their images, Jobs, Pod Security and NetworkPolicies, at every tenth point: an operator that is killed before or after a write and started again ends where an undisturbed one does.',
  needs: 'node',
  minutes: 9,
  run,
}
