import { readFile } from 'node:fs/promises'
import { eventually } from '../../support/eventually.ts'
import { grantedRights, type Request, rightFor } from '../../support/granted-rights.ts'
import { renderChart } from '../../support/helm.ts'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { operatorNamespace } from '../../support/operator-world/names.ts'
import { claimHolds, type Figures, type Proof, type ProofIO } from '../../support/proof.ts'
import { TenantLab } from '../../support/tenant-lab.ts'
import { provisioning } from '../../support/workflows/provisioning.ts'

/** Rights that this story has no use for; a right that is neither used nor here is too much. */
const notHere: [right: RegExp, because: string][] = [
  [/ coordination\.k8s\.io\/leases$/, 'this operator runs alone, without an election'],
  [/ bind .*clusterroles$/, 'not a request of its own: it is asked for when a RoleBinding is made'],
  [/ patch events\.k8s\.io\/events$/, 'an event is patched when it happens again'],
  [
    / patch kiavi\.eu\/(kiaviadoptions|kiavitenantclasses)\/status$/,
    'nothing is adopted here, and no class changes',
  ],
  [/ gateway\.networking\.k8s\.io\/httproutes$/, 'this class exposes tenants through an Ingress'],
  [/ policy\/poddisruptionbudgets$/, 'a tenant of one pod has none'],
  [
    / delete rbac\.authorization\.k8s\.io\/rolebindings$/,
    'a binding to another role cannot be changed in place',
  ],
  [/^(tenant|home) delete /, 'what cannot be changed in place is made again, and claims are given back'],
  [/ update /, 'nothing drifts in place here'],
]

interface AuditEvent {
  stage: string
  verb: string
  user?: { username?: string }
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string }
  responseStatus?: { code?: number; message?: string }
}

async function requestsOf(auditLog: string, username: string) {
  const lines = (await readFile(auditLog, 'utf8')).split('\n').filter((line) => line !== '')
  return lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(
      ({ stage, user, objectRef }) => stage !== 'RequestReceived' && user?.username === username && objectRef,
    )
    .map(({ verb, objectRef: { apiGroup = '', resource, subresource, namespace } = {}, responseStatus }) => ({
      verb,
      resource: [apiGroup, resource, subresource].filter((part) => part !== undefined).join('/'),
      namespace,
      code: responseStatus?.code ?? 0,
      message: responseStatus?.message ?? '',
    }))
}

/** What somebody breaks, so that a right to mend is used as well. */
async function breakThings({ controlPlane: { client } }: OperatorWorld, namespace: string) {
  const service = `/api/v1/namespaces/${namespace}/services/runtime`
  const { metadata } = await client.call('GET', service)
  await client.call('DELETE', service)
  await eventually('The Service being made again', async () => {
    const again = await client.find(service)
    return again !== undefined && again.metadata.uid !== metadata.uid
  })
}

async function run({ say }: ProofIO): Promise<Figures> {
  const world = await startOperatorWorld({ progress: say })
  try {
    const lab = new TenantLab(world)
    const tenant = { name: 'acme', host: 'auth.acme.eu' }
    await world.operator.start()
    await provisioning.start(lab, tenant)
    await eventually('The tenant being Ready', () => provisioning.done(lab, tenant), 90_000)
    const tenantID = await lab.tenantID(tenant)
    await breakThings(world, `kiavi-${tenantID ?? ''}`)

    const username = `system:serviceaccount:${operatorNamespace}:kiavi-operator`
    const requests = await requestsOf(world.controlPlane.auditLog, username)
    const granted = grantedRights(await renderChart())
    const rightsOf = (request: Request) =>
      rightFor(request, operatorNamespace).filter((right) => granted.has(right))
    const used = new Set(
      requests.filter(({ code }) => code !== 403).flatMap((request) => rightsOf(request)[0] ?? []),
    )

    // A binding is in force a few milliseconds after it was made: such a request is granted, and asked again.
    const refused = requests.filter(({ code, ...request }) => code === 403 && rightsOf(request).length === 0)
    claimHolds(
      refused.length === 0,
      `The operator asked for what it may not: ${refused.map(({ verb, resource, namespace, message }) => `${verb} ${resource} in ${namespace ?? 'the cluster'}: ${message}`).join('; ')}`,
    )
    const unused = [...granted].filter((right) => !used.has(right))
    const tooMuch = unused.filter((right) => !notHere.some(([pattern]) => pattern.test(right)))
    claimHolds(tooMuch.length === 0, `The chart grants what nobody used: ${tooMuch.join('; ')}`)
    return {
      requests: requests.length,
      'rights granted': granted.size,
      'rights used': used.size,
      'rights without a use in this story, each with a reason': unused.length,
      'requests refused': refused.length,
      'rights on Secrets cluster-wide': [...granted].filter((right) =>
        /^everywhere .* \/secrets$/.test(right),
      ).length,
    }
  } finally {
    await world.stop()
  }
}

export const proof: Proof = {
  claim: 'The operator uses the rights that the chart grants it, and asks for no other.',
  needs: 'control-plane',
  minutes: 1,
  run,
}
