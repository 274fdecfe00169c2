import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { clusterFolder } from '../../cluster/folders.ts'
import { installGateway } from '../../cluster/gateway/install.ts'
import { nodeCluster } from '../../cluster/node/node-cluster.ts'
import { downNode, upNode } from '../../cluster/node/up.ts'
import { runDemo } from '../../support/installation/run-demo.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'

async function run({ say }: ProofIO): Promise<Figures> {
  const name = `second-${randomBytes(3).toString('hex')}`
  try {
    const cluster = await nodeCluster(await upNode({ name, progress: say }))
    await installGateway(cluster, say)
    const context = (await cluster.kubectl(['config', 'current-context'])).trim()
    // The demo is told nothing but the context, as a person would tell it of a cluster of theirs.
    const figures = await runDemo(['--context', context], say, { KUBECONFIG: cluster.kubeconfig })
    const tenants = await cluster.kubectl(['get', 'kt', '-A', '-o', 'name'])
    claimHolds(tenants.trim() !== '', 'The demo left no tenant on the cluster that it was given.')
    return { ...figures, 'cluster stays up after the demo': existsSync(clusterFolder(name)) }
  } finally {
    await downNode({ name, progress: say })
  }
}

export const proof: Proof = {
  claim:
    'npm run demo -- --context NAME runs on a cluster that it neither made nor takes down, told nothing but its context.',
  needs: 'node',
  minutes: 5,
  run,
}
