import { crashArgs } from '../../support/crash-args.ts'
import { proveCrashes } from '../../support/crash-proof.ts'
import { KeyLab, keyWorld } from '../../support/key-lab.ts'
import { startOperatorWorld } from '../../support/operator-world.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { keyWorkflows } from '../../support/workflows/workflows.ts'

const patience = { limitMs: 90_000, quietMs: 1_500 }

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { choose, worlds, references, postgres, workflow } = crashArgs(args)
  const workflows = keyWorkflows.filter(({ name }) => workflow === undefined || name === workflow)
  const labs = await Promise.all(
    Array.from(
      { length: worlds },
      async () => new KeyLab(await startOperatorWorld({ ...keyWorld, postgres, progress: say })),
    ),
  )
  try {
    for (const lab of labs) await lab.startOperator()
    return await proveCrashes({
      ...{ proof: 'keys/crash-matrix', labs, workflows, references, choose, patience, say },
    })
  } finally {
    for (const { world } of labs) await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'An operator that is killed before or after any write of a rotation or of a revoke and started again ends where an undisturbed one does: no key lost, none made twice, the old one gone with its private half, every pod serving just what the master says.',
  needs: 'control-plane',
  minutes: 30,
  run,
}
