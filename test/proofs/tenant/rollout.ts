import { parseArgs } from 'node:util'
import { startNodeWorld } from '../../support/installation/node-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { disturbUnderLoad, failuresTold } from '../../support/rollout/under-load.ts'

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '5000' },
      name: { type: 'string', default: 'proof-rollout' },
    },
  })
  const world = await startNodeWorld({ name: values.name, say })
  try {
    const leastRequests = Number(values.requests)
    const result = await disturbUnderLoad(world, { host: 'auth.acme.test', leastRequests, evictions: 2, say })
    claimHolds(
      result.failures.length === 0,
      `${result.failures.length} of ${result.total} requests failed:\n  ${failuresTold(result)}`,
    )
    return {
      requests: result.total,
      ...result.requests,
      'failed requests': result.failures.length,
      'slowest request in ms': result.slowestMs,
      'rollout to the end of the last old pod in seconds': Number(result.rolloutSeconds.toFixed(1)),
      'pods evicted': result.evictions,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    'Nobody notices a new runtime or a drained node: sign-ins, refreshes and JWKS go on through the gateway while two pods are rolled and evicted, and of 5,000 requests without a retry none fails.',
  needs: 'node',
  minutes: 5,
  run,
}
