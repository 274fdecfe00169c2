import { auditRequests } from '../../support/audit-log.ts'
import { driftBench } from '../../support/drift/bench.ts'
import { addGatewayClass, gatewayTenant } from '../../support/gateway-class.ts'
import { grantedRights, type Request, rightFor } from '../../support/granted-rights.ts'
import { renderChart } from '../../support/helm.ts'
import { startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace, serviceAccount } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { readyTenants } from '../../support/ready-tenants.ts'
import { adoption } from '../../support/rights/adoption.ts'
import { backups } from '../../support/rights/backups.ts'
import { edits } from '../../support/rights/edits.ts'
import { election } from '../../support/rights/election.ts'
import { exposure } from '../../support/rights/exposure.ts'
import { frozen } from '../../support/rights/frozen.ts'
import { impostorsInPlace } from '../../support/rights/impostors.ts'
import { keys } from '../../support/rights/keys.ts'
import { migration } from '../../support/rights/migration.ts'
import { pause } from '../../support/rights/pause.ts'
import { restores } from '../../support/rights/restores.ts'
import { type Story } from '../../support/rights/stage.ts'
import { TenantLab } from '../../support/tenant-lab.ts'

const stories: readonly Story[] = [
  edits,
  frozen,
  impostorsInPlace,
  exposure,
  keys,
  migration,
  pause,
  backups,
  restores,
  adoption,
  election,
]

/** Rights that no request shows; a right that is neither used nor here is too much. */
const unseen: [right: string, because: string][] = [
  [
    'everywhere create kiavi.eu/kiavibackups',
    "the slots of a schedule lie an hour apart and begin within the hour after, for which nobody waits here; test/integration/api/policies.test.ts makes one with the operator's credential",
  ],
  ...(['create', 'delete'] as const).map((verb): [string, string] => [
    `everywhere ${verb} kiavi.eu/kiavirestores`,
    "a drill of the schedule waits for a first backup, and goes after three more, for which nobody waits here; test/integration/api/policies.test.ts makes one with the operator's credential, and takes it away",
  ]),
  [
    'everywhere bind rbac.authorization.k8s.io/clusterroles',
    'the API server asks for it when a RoleBinding is made or changed, and logs that request: without it those of the operator are refused',
  ],
]

async function run({ say }: ProofIO): Promise<Figures> {
  const world = await startOperatorWorld({
    progress: say,
    // Secrets are not watched: they are looked at.
    env: { KIAVI_LEADER_ELECTION: 'true', KIAVI_RESYNC_SECONDS: '5' },
    classSpec: { runtime: { image: 'kiavi/runtime:source', replicas: 2 } },
  })
  const bench = driftBench(world.controlPlane.client)
  try {
    await addGatewayClass(world.controlPlane)
    await world.operator.start()
    const lab = new TenantLab(world)
    const [tenant] = await readyTenants(lab, 1)
    const stage = { world, lab, bench, tenant: tenant!, routed: await gatewayTenant(lab) }
    for (const story of stories) {
      say(story.name)
      await story.tell(stage)
    }

    const username = `system:serviceaccount:${operatorNamespace}:${serviceAccount}`
    const requests = (await auditRequests(world.controlPlane.auditLog)).filter(
      ({ user }) => user === username,
    )
    const granted = grantedRights(await renderChart())
    const rightsOf = (request: Request) =>
      rightFor(request, operatorNamespace).filter((right) => granted.has(right))
    const used = new Set(
      requests.filter(({ code }) => code !== 403).flatMap((request) => rightsOf(request)[0] ?? []),
    )

    // A binding is in force a few milliseconds after it was made: such a request is granted, and asked again.
    const refused = requests.filter((request) => request.code === 403 && rightsOf(request).length === 0)
    claimHolds(
      refused.length === 0,
      `The operator asked for what it may not: ${refused.map(({ verb, resource, namespace, message }) => `${verb} ${resource} in ${namespace ?? 'the cluster'}: ${message}`).join('; ')}`,
    )
    const unused = [...granted].filter((right) => !used.has(right))
    const tooMuch = unused.filter((right) => !unseen.some(([excused]) => excused === right))
    claimHolds(tooMuch.length === 0, `The chart grants what nobody used: ${tooMuch.join('; ')}`)
    const stale = unseen.filter(([right]) => !unused.includes(right))
    claimHolds(stale.length === 0, `Excused, and used or not granted: ${stale.map(String).join('; ')}`)
    for (const [right, because] of unseen) say(`excused: ${right}: ${because}`)
    return {
      requests: requests.length,
      stories: stories.length,
      'rights granted': granted.size,
      'rights used': used.size,
      'rights excused, each with a reason': unused.length,
      'requests refused': refused.length,
      'rights on Secrets cluster-wide': [...granted].filter((right) =>
        /^everywhere .* \/secrets$/.test(right),
      ).length,
    }
  } finally {
    bench.close()
    await world.stop()
  }
}

export const proof: Proof = {
  claim: 'The operator uses every right that the chart grants it, and asks for no other.',
  needs: 'control-plane',
  minutes: 3,
  run,
}
