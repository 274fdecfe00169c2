import { parseArgs } from 'node:util'
import { kubeletSyncSeconds } from '../../support/key-rotation/kubelet-sync.ts'
import { type RotationsUnderLoad, rotateUnderLoad } from '../../support/key-rotation/under-load.ts'
import { startNodeWorld } from '../../support/installation/node-world.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { failuresTold } from '../../support/rollout/under-load.ts'

const mostSeconds = 60

function judge({ load, total, audit, revoke, disorder }: RotationsUnderLoad): void {
  claimHolds(
    load.failures.length === 0,
    `${load.failures.length} of ${total} requests failed:\n  ${failuresTold(load)}`,
  )
  const refused = audit.failures
    .slice(0, 20)
    .map(({ atMs, kid, when, error }) => `${(atMs / 1000).toFixed(1)} s ${kid} ${when}: ${error}`)
  claimHolds(
    audit.failures.length === 0,
    `${audit.failures.length} of ${audit.verifications} verifications failed:\n  ${refused.join('\n  ')}`,
  )
  claimHolds(revoke.length >= 2, `Only ${revoke.length} pods were seen after the revoke.`)
  const late = revoke.filter(({ published, signed }) => Math.max(published, signed) > mostSeconds)
  claimHolds(
    late.length === 0,
    `The revoked key was still served after ${mostSeconds} s: ${late.map(({ pod, published, signed }) => `${pod} published it for ${published} s and signed with it for ${signed} s`).join('; ')}`,
  )
  claimHolds(disorder.length === 0, `Phases were told in a wrong order: ${disorder.join('; ')}`)
}

const most = (values: (number | undefined)[]) => Math.max(...values.map((value) => value ?? 0))

async function run({ say, args }: ProofIO): Promise<Figures> {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '20000' },
      rotations: { type: 'string', default: '3' },
      name: { type: 'string', default: 'proof-keys' },
    },
  })
  const world = await startNodeWorld({ name: values.name, say })
  try {
    const kubelet = await kubeletSyncSeconds(world.cluster)
    claimHolds(kubelet === 60, `The kubelet syncs every ${kubelet} s; its default is 60 s.`)
    const result = await rotateUnderLoad(world, {
      ...{ host: 'auth.acme.test', say },
      rotations: Number(values.rotations),
      leastRequests: Number(values.requests),
    })
    judge(result)
    const { load, total, audit, rotations, revoke } = result
    const kept = revoke.filter(({ replaced }) => !replaced)
    return {
      requests: total,
      ...load.requests,
      'failed requests': load.failures.length,
      'slowest request in ms': load.slowestMs,
      'tokens, each verified twice': audit.tokens,
      verifications: audit.verifications,
      'failed verifications': audit.failures.length,
      'tokens of the revoked key that verifiers refused': audit.refusedAsRevoked,
      'last token of it issued, seconds after the revoke': result.lastOfRevoked,
      'last of them taken, seconds after the revoke': Number((audit.revokedTakenForMs / 1000).toFixed(1)),
      'keys that tokens were signed with': audit.byKid.size,
      'rotations, each in seconds until every pod signs with the next key': rotations.join(', '),
      'pods at the revoke': revoke
        .map(({ pod, replaced }) => `${pod}${replaced ? ' (replaced)' : ''}`)
        .join(', '),
      'seconds until the revoked key was gone from each': revoke.map(({ published }) => published).join(', '),
      'seconds until each signed with it for the last time': revoke.map(({ signed }) => signed).join(', '),
      'seconds until each signed with the standby': kept.map(({ standby }) => standby ?? '-').join(', '),
      'most of these seconds': most(
        revoke.flatMap(({ published, signed, standby }) => [published, signed, standby]),
      ),
      "the kubelet's own sync in seconds": kubelet,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim:
    "Keys rotate three times by a word and one is revoked while people sign in, refresh and fetch the JWKS through the gateway on two pods: of 20,000 requests none fails, no token is refused by verifiers that keep a JWKS to the end of its max-age or twice that (but the revoked key's), and within 60 s of the revoke no pod publishes that key or signs with it.",
  needs: 'node',
  minutes: 12,
  run,
}
