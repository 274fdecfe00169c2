import { crashArgs } from '../../support/crash-args.ts'
import { proveCrashes } from '../../support/crash-proof.ts'
import { type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { StoreLab } from '../../support/store-lab.ts'
import { backupWorkflows } from '../../support/workflows/workflows.ts'

const patience = { limitMs: 90_000, quietMs: 1_500 }

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { choose, worlds, references, postgres, workflow } = crashArgs(args)
  const workflows = backupWorkflows.filter(({ name }) => workflow === undefined || name === workflow)
  const labs: StoreLab[] = []
  try {
    for (let i = 0; i < worlds; i++) labs.push(await StoreLab.start({ postgres, progress: say }))
    for (const lab of labs) await lab.startOperator()
    return await proveCrashes({
      ...{ proof: 'backups/crash-matrix', labs, workflows, references, choose, patience, say },
    })
  } finally {
    for (const lab of labs) await lab.stop()
  }
}

export const proof: Proof = {
  claim:
    'An operator that is killed before or after any write of a backup, of a restore in place or of a prune and started again ends where an undisturbed one does: one bundle and one manifest in the store, on record as they are there, the one before it untouched; one database in the place of the one before, which is kept, no fence and nothing half filled left, and the tenant serving; what is past its date gone from the store, and its KiaviBackup saying so.',
  needs: 'control-plane',
  minutes: 45,
  run,
}
