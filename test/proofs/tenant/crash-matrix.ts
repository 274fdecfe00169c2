import { crashArgs } from '../../support/crash-args.ts'
import { proveCrashes } from '../../support/crash-proof.ts'
import { startOperatorWorld } from '../../support/operator-world.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { workflows } from '../../support/workflows/workflows.ts'

const patience = { limitMs: 90_000, quietMs: 1_500 }

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { choose, worlds, references, postgres } = crashArgs(args)
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
