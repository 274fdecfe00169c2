import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts'
import { chartFolder, helm, renderChart } from '../../support/helm.ts'
import {
  type Actors,
  actors,
  backup,
  configMap,
  event,
  gatewayClass,
  ingressClass,
  job,
  mint,
  namespace,
  networkPolicy,
  operatorNamespace,
  path,
  pod,
  restore,
  roleBinding,
  secret,
  tenant,
  tenantID,
  tenantNamespace,
} from './actors.ts'
import { refusals } from './refusals.ts'

let cluster: ControlPlane
let who: Actors

/** What the API server answers; '' when it says yes. */
const answer = (call: Promise<unknown>) =>
  call.then(
    () => '',
    (error: unknown) => (error as Error).message,
  )

const ours = `kiavi-${tenantID}`

beforeAll(async () => {
  cluster = await startControlPlane()
  await helm(['upgrade', '--install', 'kiavi', chartFolder, '--create-namespace'], {
    namespace: operatorNamespace,
    kubeconfig: cluster.kubeconfig,
  })
  who = await actors(cluster)
  const { admin, operator } = who
  await admin.call('POST', path.namespaces, namespace('customers'))
  await admin.call(
    'POST',
    path.roleBindings('customers'),
    roleBinding('dora', 'edit', { kind: 'User', name: 'dora' }),
  )
  await admin.call('POST', path.classes, gatewayClass())
  await admin.call('POST', path.classes, ingressClass())
  // Policies are in force about a second after they were made.
  await vi.waitFor(
    async () => {
      const said = await answer(
        admin.call('POST', `${path.namespaces}?dryRun=All`, tenantNamespace('aaaaaaaaaa')),
      )
      expect(said).toContain('only the operator')
    },
    { timeout: 20_000 },
  )
  await who.developer.call('POST', path.tenants(), tenant('acme'))
  await mint(who, 'acme', tenantID)
  await operator.call('PATCH', `${path.classes}/default/status`, { status: { tenants: 1 } })
  await admin.call('POST', path.classes, { ...ingressClass(), metadata: { name: 'stored' } })
  const stored = { sweptAt: '2026-11-22T14:00:00Z', backups: 2, bytes: 9, spared: 0, refused: 0, denied: 0 }
  await operator.call('PATCH', `${path.classes}/stored/status`, { status: { backups: stored } })
  await admin.call('POST', path.backups(), backup('kept'))
  await operator.call('PATCH', `${path.backups()}/kept/status`, { status: { sequence: 1 } })
  await operator.call('POST', path.namespaces, tenantNamespace(tenantID))
  await operator.call('POST', path.roleBindings(ours), roleBinding('kiavi-operator'))
  // Its default ServiceAccount is made by a controller, and a right is in force some milliseconds after it is given.
  await vi.waitFor(() => admin.call('POST', path.pods(ours), pod('web')), { timeout: 20_000 })
  await vi.waitFor(() => operator.call('GET', path.pods(ours)), { timeout: 20_000 })
})
afterAll(() => cluster.stop())

describe("a tenant's network", () => {
  it('takes a policy that only denies, and edits of ours, which the operator undoes', async () => {
    const { admin } = who
    const deny = networkPolicy('quarantine', { policyTypes: ['Ingress', 'Egress'] })
    expect(await answer(admin.call('POST', path.networkPolicies(ours), deny))).toBe('')
    const own = networkPolicy('runtime', { ingress: [{}] })
    expect(await answer(admin.call('POST', path.networkPolicies(ours), own))).toBe('')
    expect(await answer(admin.call('DELETE', `${path.networkPolicies(ours)}/runtime`))).toBe('')
  })
})

describe('a class in whose store backups lie', () => {
  it('goes where a person says that they shall stay there for ever', async () => {
    const { admin } = who
    await admin.call('PATCH', `${path.classes}/stored`, {
      metadata: { annotations: { 'kiavi.eu/release': 'stored' } },
    })
    const dryRun = admin.call('DELETE', `${path.classes}/stored?dryRun=All`)
    expect(await answer(dryRun)).toBe('')
    await admin.call('PATCH', `${path.classes}/stored`, {
      metadata: { annotations: { 'kiavi.eu/release': null } },
    })
  })
})

describe("the operator's rights", () => {
  it('reach from a pod to the annotation that tells it of new keys, and to its end', async () => {
    const { admin, operator } = who
    await admin.call('POST', path.pods(ours), pod('told'))
    const told = { metadata: { annotations: { 'kiavi.eu/key-set': '7' } } }
    expect(await answer(operator.call('PATCH', `${path.pods(ours)}/told`, told))).toBe('')
    expect(await answer(operator.call('DELETE', `${path.pods(ours)}/told`))).toBe('')
  })

  it('reach from nothing to a Secret in a namespace that it made', async () => {
    const { operator } = who
    await expect
      .poll(() => answer(operator.call('POST', path.secrets(ours), secret('signing-keys'))))
      .toBe('')
    await operator
      .call('POST', path.secrets(ours), secret('registry', 'kubernetes.io/dockerconfigjson'))
      .catch((error: unknown) => {
        // Its content is judged too; what matters here is that the type may be made.
        expect((error as Error).message).toContain('.dockerconfigjson')
      })
    expect(await answer(operator.call('DELETE', `${path.secrets(ours)}/signing-keys`))).toBe('')
    // A binding that a stranger made is taken out again.
    await who.admin.call(
      'POST',
      path.roleBindings(ours),
      roleBinding('stranger', 'view', { kind: 'User', name: 'eve' }),
    )
    expect(await answer(operator.call('DELETE', `${path.roleBindings(ours)}/stranger`))).toBe('')
  })

  it('cover the backups of a schedule, what becomes of them, and their Jobs', async () => {
    const { operator, developer } = who
    const slot = '2026-11-22T02:00:00Z'
    const scheduled = backup('scheduled', { reason: 'Scheduled', slot })
    expect(await answer(operator.call('POST', path.backups(), scheduled))).toBe('')
    await developer.call('POST', path.backups(), backup('asked-for'))
    for (const name of ['scheduled', 'asked-for']) {
      const told = operator.call('PATCH', `${path.backups()}/${name}/status`, { status: { sequence: 1 } })
      expect(await answer(told)).toBe('')
      expect(await answer(developer.call('DELETE', `${path.backups()}/${name}`))).toBe('')
    }
    const ready = { type: 'Ready', status: 'False', reason: 'Failed', message: 'It failed.' }
    const failed = { ...ready, lastTransitionTime: slot, observedGeneration: 1 }
    for (const status of [{ removedAt: slot }, { conditions: [failed] }]) {
      await developer.call('POST', path.backups(), backup('over'))
      await operator.call('PATCH', `${path.backups()}/over/status`, { status })
      expect(await answer(operator.call('DELETE', `${path.backups()}/over`))).toBe('')
    }
    const made = operator.call('POST', path.jobs(operatorNamespace), job('backup-1', 'kiavi-jobs'))
    expect(await answer(made)).toBe('')
  })

  it('cover the drills of a schedule, and what becomes of every restore', async () => {
    const { operator, developer } = who
    const drill = restore('k3x9q7w2ab-drill-202611220200', {
      ...{ reason: 'Scheduled', slot: '2026-11-22T02:00:00Z' },
    })
    expect(await answer(operator.call('POST', path.restores(), drill))).toBe('')
    await developer.call('POST', path.restores(), restore('asked-for', { mode: 'InPlace' }))
    for (const name of [drill.metadata.name, 'asked-for']) {
      const told = operator.call('PATCH', `${path.restores()}/${name}/status`, { status: { number: 1 } })
      expect(await answer(told)).toBe('')
    }
    expect(await answer(operator.call('DELETE', `${path.restores()}/${drill.metadata.name}`))).toBe('')
    expect(await answer(developer.call('DELETE', `${path.restores()}/asked-for`))).toBe('')
    const made = job('restore-1-load', 'kiavi-jobs')
    expect(await answer(operator.call('POST', path.jobs(operatorNamespace), made))).toBe('')
    expect(await answer(operator.call('DELETE', `${path.jobs(operatorNamespace)}/restore-1-load`))).toBe('')
  })

  it('cover its own namespace and events of tenants', async () => {
    const { operator } = who
    expect(await answer(operator.call('POST', path.secrets(operatorNamespace), secret('master')))).toBe('')
    expect(await answer(operator.call('POST', path.configMaps(operatorNamespace), configMap('claim')))).toBe(
      '',
    )
    // The API server wants events in the namespace of what they are about, or in default for what has none.
    for (const [kind, where] of [
      ['KiaviTenant', 'customers'],
      ['KiaviTenantClass', 'default'],
    ] as const) {
      const told = event('made', kind)
      const about = { ...told.regarding, ...(where === 'default' ? {} : { namespace: where }) }
      const body = { ...told, regarding: about }
      expect(await answer(operator.call('POST', path.events(where), body))).toBe('')
    }
  })

  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
  const denied = [
    ...verbs.map((verb) => ({ verb, resource: 'secrets', namespace: '' })),
    ...verbs.map((verb) => ({ verb, resource: 'secrets', namespace: 'customers' })),
    ...verbs.map((verb) => ({ verb, resource: 'secrets', namespace: 'kube-system' })),
    { verb: 'delete', resource: 'namespaces', namespace: '' },
    { verb: 'create', resource: 'pods', namespace: 'customers' },
    { verb: 'create', resource: 'pods', subresource: 'exec', namespace: ours },
    { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: ours },
    { verb: 'create', resource: 'deployments', group: 'apps', namespace: 'customers' },
    { verb: 'delete', resource: 'kiavitenants', group: 'kiavi.eu', namespace: 'customers' },
    { verb: 'create', resource: 'kiavitenants', group: 'kiavi.eu', namespace: 'customers' },
    {
      verb: 'bind',
      resource: 'clusterroles',
      group: 'rbac.authorization.k8s.io',
      name: 'cluster-admin',
      namespace: '',
    },
    { verb: 'escalate', resource: 'clusterroles', group: 'rbac.authorization.k8s.io', namespace: '' },
    { verb: 'impersonate', resource: 'users', namespace: '' },
  ]
  it.each(denied)(
    'do not include $verb on $resource $subresource in "$namespace"',
    async (resourceAttributes) => {
      const review = await who.operator.call<{ status: { allowed: boolean } }>(
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          metadata: { name: '' },
          spec: { resourceAttributes },
        },
      )
      expect(review.status.allowed).toBe(false)
    },
  )
})

describe('a person with edit in a namespace', () => {
  it('makes, changes and deletes tenants there, and does not write their status', async () => {
    const { developer } = who
    await developer.call('POST', path.tenants(), tenant('draft'))
    expect(
      await answer(developer.call('PATCH', path.tenant('draft'), { spec: { displayName: 'Draft' } })),
    ).toBe('')
    expect(await answer(developer.call('PATCH', `${path.tenant('draft')}/status`, { status: {} }))).toContain(
      '403',
    )
    expect(await answer(developer.call('DELETE', path.tenant('draft')))).toBe('')
  })

  it('reads nothing in the namespace where the tenant runs', async () => {
    expect(await answer(who.developer.call('GET', path.secrets(ours)))).toContain('403')
  })
})

describe('the policies', () => {
  // RBAC alone would refuse some of it; here it allows everything, so that only a policy can be what refuses.
  beforeAll(async () => {
    for (const subject of [`--serviceaccount=${operatorNamespace}:kiavi-operator`, '--user=dora'])
      await cluster.kubectl([
        'create',
        'clusterrolebinding',
        `all-${subject.length}`,
        '--clusterrole=cluster-admin',
        subject,
      ])
    await vi.waitFor(() => who.operator.call('GET', path.secrets('kube-system')))
    await vi.waitFor(() => who.developer.call('GET', path.secrets('kube-system')))
  })

  it.each(refusals)('$policy refuses that $because', async ({ policy, act, says }) => {
    const said = await answer(act(who))
    expect(said).toContain(`ValidatingAdmissionPolicy '${policy}'`)
    expect(said).toContain(says)
  })

  it('have a row for every rule in the chart, and none for a rule that is gone', async () => {
    const objects = await renderChart()
    const source = objects
      .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
      .flatMap(({ metadata, spec }) =>
        (spec as { validations: unknown[] }).validations.map((_, rule) => `${metadata.name} ${rule}`),
      )
    const rows = new Set(refusals.map(({ policy, rule }) => `${policy} ${rule}`))
    expect([...rows].sort()).toEqual(source.sort())
  })

  it('are each bound, and refuse when they cannot be judged', async () => {
    const objects = await renderChart()
    const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    const bound = objects
      .filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')
      .map(({ spec }) => spec as { policyName: string; validationActions: string[] })
    expect(bound.map(({ policyName }) => policyName).sort()).toEqual(
      policies.map(({ metadata }) => metadata.name).sort(),
    )
    expect(bound.every(({ validationActions }) => validationActions.includes('Deny'))).toBe(true)
    expect(policies.every(({ spec }) => (spec as { failurePolicy: string }).failurePolicy === 'Fail')).toBe(
      true,
    )
  })

  it('let a tenant go that nothing was made for', async () => {
    await who.developer.call('POST', path.tenants(), tenant('unborn'))
    await who.operator.call('PATCH', path.tenant('unborn'), { metadata: { finalizers: ['kiavi.eu/tenant'] } })
    expect(
      await answer(who.developer.call('PATCH', path.tenant('unborn'), { metadata: { finalizers: null } })),
    ).toBe('')
    expect(await answer(who.developer.call('DELETE', path.tenant('unborn')))).toBe('')
    expect(await who.admin.find(path.tenant('unborn'))).toBeUndefined()
  })

  it('let a released tenant go, held by the finalizer until the operator takes it off', async () => {
    await who.developer.call('POST', path.tenants(), tenant('released'))
    await mint(who, 'released', 'releasedab')
    await who.developer.call('PATCH', path.tenant('released'), {
      metadata: { annotations: { 'kiavi.eu/release': 'releasedab' } },
    })
    const strip = { metadata: { finalizers: null } }
    expect(await answer(who.developer.call('PATCH', path.tenant('released'), strip))).toContain(
      'the finalizer kiavi.eu/tenant',
    )
    expect(await answer(who.developer.call('DELETE', path.tenant('released')))).toBe('')
    expect((await who.admin.find(path.tenant('released')))?.metadata.deletionTimestamp).toBeDefined()
    expect(await answer(who.operator.call('PATCH', path.tenant('released'), strip))).toBe('')
    expect(await who.admin.find(path.tenant('released'))).toBeUndefined()
  })

  it('delete what is not a tenant as ever', async () => {
    await who.admin.call('POST', path.namespaces, namespace('free'))
    expect(await answer(who.admin.call('DELETE', path.namespace('free')))).toBe('')
    expect(await answer(who.admin.call('DELETE', `${path.classes}/ingress`))).toBe('')
  })

  it('let a tenant live on in a class that was tightened', async () => {
    await who.admin.call('PATCH', `${path.classes}/default`, {
      spec: { allowedHosts: ['other.eu'], allowedNamespaces: ['none'] },
    })
    const change = { metadata: { labels: { a: 'b' } }, spec: { displayName: 'Still here' } }
    // The class is read from a watch: what it forbids now is forbidden a moment later.
    await expect
      .poll(() => answer(who.developer.call('POST', `${path.tenants()}?dryRun=All`, tenant('late'))))
      .toContain('is not open to namespace customers')
    expect(await answer(who.developer.call('PATCH', path.tenant('acme'), change))).toBe('')
  })
})
