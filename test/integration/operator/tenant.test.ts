import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { apply, conditionOf, eventually, newTenant, type NewTenant, provision, read, waitFor } from './lab.ts'

let world: OperatorWorld
let first: { tenant: NewTenant; id: string }
const kubectl = (...args: string[]) => world.controlPlane.kubectl(args)
const json = async (...args: string[]) =>
  JSON.parse(await kubectl('get', ...args, '-o', 'json')) as Record<string, unknown>

beforeAll(async () => {
  world = await startOperatorWorld()
  await world.operator.start()
  first = await provision(world)
}, 180_000)
afterAll(() => world.stop())

async function superuser(sql: string, database = 'postgres') {
  const client = await world.postgres.connect(world.postgres.superuser, database)
  try {
    return (await client.query(sql)) as { rows: Record<string, unknown>[] }
  } finally {
    await client.end()
  }
}

describe('a tenant that is applied', () => {
  it('serves, and its status says where', async () => {
    const seen = await read(world.controlPlane, first.tenant)
    expect(seen?.status).toMatchObject({
      namespace: `kiavi-${first.id}`,
      issuer: `https://${first.tenant.host}`,
      rpId: first.tenant.host,
      observedGeneration: 1,
      runtime: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string, readyReplicas: 1 },
    })
    expect(conditionOf(seen, 'Reconciling')).toBeUndefined()
    expect(conditionOf(seen, 'Stalled')).toBeUndefined()
  })

  it('claims an identity of its own: a second tenant with its host is told so', async () => {
    const second = newTenant({ host: first.tenant.host })
    await apply(world.controlPlane, second.objects)
    const seen = await waitFor(world, second, 'Stalled', 'True', 'HostClaimed')
    expect(conditionOf(seen, 'Stalled')?.message).toContain('belongs to another tenant')
  })

  it('does not share an rpId with a tenant above or below it', async () => {
    const below = newTenant({ host: `sub.${first.tenant.host}` })
    await apply(world.controlPlane, below.objects)
    await waitFor(world, below, 'Stalled', 'True', 'RpIdClaimed')
    const seen = await read(world.controlPlane, below)
    expect(seen?.status?.tenantID).toBeDefined()
    expect(conditionOf(seen, 'Ready')?.status).toBe('False')
  })
})

describe('drift', () => {
  const namespace = () => `kiavi-${first.id}`
  const drifts: [what: string, drift: () => Promise<unknown>, isBack: () => Promise<boolean>][] = [
    [
      'a deleted Service',
      () => kubectl('delete', 'service', 'runtime', '-n', namespace()),
      async () =>
        (await kubectl('get', 'service', 'runtime', '-n', namespace(), '--ignore-not-found')) !== '',
    ],
    [
      'an allow-all rule in a NetworkPolicy',
      () =>
        kubectl(
          'patch',
          'networkpolicy',
          'default-deny',
          '-n',
          namespace(),
          '--type=merge',
          '-p',
          '{"spec":{"ingress":[{}]}}',
        ),
      async () =>
        !JSON.stringify((await json('networkpolicy', 'default-deny', '-n', namespace()))['spec']).includes(
          'ingress"',
        ),
    ],
    [
      'a container that a stranger added',
      () =>
        kubectl(
          ...['patch', 'deployment', 'runtime', '-n', namespace(), '-p'],
          '{"spec":{"template":{"spec":{"containers":[{"name":"stranger","image":"kiavi-runtime:x","securityContext":{"allowPrivilegeEscalation":false}}]}}}}',
        ),
      async () =>
        !JSON.stringify((await json('deployment', 'runtime', '-n', namespace()))['spec']).includes(
          'stranger',
        ),
    ],
    [
      'a label that our watches select by',
      () => kubectl('label', 'configmap', 'tenant', '-n', namespace(), 'kiavi.eu/tenant-id-'),
      async () =>
        JSON.stringify((await json('configmap', 'tenant', '-n', namespace()))['metadata']).includes(
          `"kiavi.eu/tenant-id":"${first.id}"`,
        ),
    ],
    [
      'a deleted RoleBinding of our own',
      () => kubectl('delete', 'rolebinding', 'kiavi-operator', '-n', namespace()),
      async () =>
        (await kubectl('get', 'rolebinding', 'kiavi-operator', '-n', namespace(), '--ignore-not-found')) !==
        '',
    ],
    [
      'a RoleBinding of our name that binds another role, which can only be made anew',
      // The operator is quick to make a deleted one again: whoever means harm tries until he is first.
      () =>
        eventually(
          async () => {
            await kubectl('delete', 'rolebinding', 'kiavi-operator', '-n', namespace(), '--ignore-not-found')
            const stranger = ['--clusterrole=view', '--user=stranger', '-n', namespace()]
            return kubectl('create', 'rolebinding', 'kiavi-operator', ...stranger).catch(() => '')
          },
          (said) => said !== '',
        ),
      async () => {
        // Between the end of the stranger's and the beginning of ours there is none.
        const role = ['-o', 'jsonpath={.roleRef.name}', '--ignore-not-found']
        const bound = await kubectl('get', 'rolebinding', 'kiavi-operator', '-n', namespace(), ...role)
        return bound === 'kiavi-tenant-namespace'
      },
    ],
    [
      'a deleted claim',
      () => kubectl('delete', 'configmap', '-n', 'kiavi-system', '-l', `kiavi.eu/tenant-id=${first.id}`),
      async () =>
        (
          await kubectl(
            'get',
            'configmap',
            '-n',
            'kiavi-system',
            '-l',
            `kiavi.eu/tenant-id=${first.id}`,
            '-o',
            'name',
          )
        )
          .trim()
          .split('\n').length === 2,
    ],
  ]
  it.each(drifts)('puts back %s', async (_, drift, isBack) => {
    await drift()
    await eventually(isBack, (back) => back, { seconds: 30 })
  })

  it('keeps an annotation that somebody else wrote, while it puts back what differs', async () => {
    await kubectl('annotate', 'service', 'runtime', '-n', namespace(), 'example.eu/theirs=kept')
    await kubectl(
      'patch',
      'service',
      'runtime',
      '-n',
      namespace(),
      '-p',
      '{"spec":{"sessionAffinity":"ClientIP"}}',
    )
    const spec = await eventually(
      () => json('service', 'runtime', '-n', namespace()),
      (object) => (object['spec'] as { sessionAffinity: string }).sessionAffinity === 'None',
    )
    expect(JSON.stringify(spec['metadata'])).toContain('"example.eu/theirs":"kept"')
  })

  it('takes away a grant in the database, within a sweep', async () => {
    await superuser(`GRANT CONNECT ON DATABASE "kiavi_${first.id}" TO PUBLIC`)
    await eventually(
      () => superuser(`SELECT has_database_privilege('public', 'kiavi_${first.id}', 'CONNECT') AS open`),
      ({ rows }) => rows[0]?.['open'] === false,
      { seconds: 90 },
    )
  }, 120_000)
})

describe('the budget of connections', () => {
  const budget = (maxConnections: number) =>
    kubectl(
      'patch',
      'ktc',
      'default',
      '--type=merge',
      '-p',
      `{"spec":{"database":{"maxConnections":${maxConnections}}}}`,
    )
  const replicas = async () =>
    ((await json('deployment', 'runtime', '-n', `kiavi-${first.id}`))['spec'] as { replicas: number })
      .replicas

  it('lets a tenant that has outgrown it go on as it is, and grow once there is room', async () => {
    const { namespace, name } = first.tenant
    await budget(17)
    await kubectl(
      'patch',
      'kt',
      name,
      '-n',
      namespace,
      '--type=merge',
      '-p',
      '{"spec":{"runtime":{"replicas":2}}}',
    )
    const held = await waitFor(world, first.tenant, 'Stalled', 'True', 'GrowthHeld')
    expect(conditionOf(held, 'Ready')?.status).toBe('True')
    expect(conditionOf(held, 'Stalled')?.message).toContain('goes on with 16 connections')
    expect(await replicas()).toBe(1)
    await budget(1000)
    await eventually(replicas, (count) => count === 2)
    await eventually(
      () => read(world.controlPlane, first.tenant),
      (seen) => conditionOf(seen, 'Stalled') === undefined && conditionOf(seen, 'Ready')?.status === 'True',
    )
  })
})

describe('the end', () => {
  it('keeps a deleted tenant serving until it is released, and adopts it back', async () => {
    const { tenant, id } = await provision(world)
    const { status: before } = (await read(world.controlPlane, tenant))!
    await kubectl('delete', 'validatingadmissionpolicybinding', '--all')
    await eventually(
      () =>
        kubectl('delete', 'kt', tenant.name, '-n', tenant.namespace, '--wait=false').then(
          () => true,
          () => false,
        ),
      (deleted) => deleted,
    )
    await waitFor(world, tenant, 'Stalled', 'True', 'DeletedWithoutTermination')
    expect(conditionOf(await read(world.controlPlane, tenant), 'Ready')?.status).toBe('True')
    await kubectl('annotate', 'kt', tenant.name, '-n', tenant.namespace, `kiavi.eu/release=${id}`)
    await eventually(
      () => read(world.controlPlane, tenant),
      (seen) => seen === undefined,
    )
    await apply(world.controlPlane, tenant.objects)
    const found = await waitFor(world, tenant, 'Stalled', 'True', 'OrphanFound')
    expect(conditionOf(found, 'Stalled')?.message).toContain(`spec.adoptTenantID: ${id}`)
    await kubectl(
      'patch',
      'kt',
      tenant.name,
      '-n',
      tenant.namespace,
      '--type=merge',
      '-p',
      `{"spec":{"adoptTenantID":"${id}"}}`,
    )
    const back = await waitFor(world, tenant, 'Ready', 'True')
    expect(back?.status?.tenantID).toBe(id)
    expect(back?.status?.keys?.map(({ kid }) => kid)).toEqual(before?.keys?.map(({ kid }) => kid))
  }, 120_000)

  it('makes nothing in the place of a database that is gone', async () => {
    const { tenant, id } = await provision(world)
    await superuser(`DROP DATABASE "kiavi_${id}" WITH (FORCE)`)
    await kubectl('annotate', 'kt', tenant.name, '-n', tenant.namespace, 'example.eu/look=now')
    await waitFor(world, tenant, 'Stalled', 'True', 'DatabaseLost')
    const { rows } = await superuser(`SELECT 1 FROM pg_database WHERE datname = 'kiavi_${id}'`)
    expect(rows).toEqual([])
    expect(await kubectl('get', 'deployment', 'runtime', '-n', `kiavi-${id}`, '-o', 'name')).toContain(
      'runtime',
    )
  }, 120_000)

  it('shows a NetworkPolicy of a stranger that lets somebody in', async () => {
    const { tenant, id } = first
    const look = (what: string) =>
      kubectl('annotate', 'kt', tenant.name, '-n', tenant.namespace, '--overwrite', `example.eu/look=${what}`)
    await apply(world.controlPlane, [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'backdoor', namespace: `kiavi-${id}` },
        spec: { podSelector: {}, ingress: [{}] },
      },
    ])
    await look('first')
    const opened = await waitFor(world, tenant, 'Isolated', 'False', 'ForeignNetworkPolicy')
    expect(conditionOf(opened, 'Isolated')?.message).toContain('delete networkpolicy backdoor')
    await kubectl('delete', 'networkpolicy', 'backdoor', '-n', `kiavi-${id}`)
    await look('again')
    await eventually(
      () => read(world.controlPlane, tenant),
      (seen) => conditionOf(seen, 'Isolated')?.reason !== 'ForeignNetworkPolicy',
    )
  })

  it('hands an orphan to another tenant by consent, once', async () => {
    const { tenant, id } = await provision(world)
    await kubectl('delete', 'kt', tenant.name, '-n', tenant.namespace, '--wait=false')
    await kubectl('annotate', 'kt', tenant.name, '-n', tenant.namespace, `kiavi.eu/release=${id}`)
    await eventually(
      () => read(world.controlPlane, tenant),
      (seen) => seen === undefined,
    )
    const heir = newTenant({ host: tenant.host, adoptTenantID: id })
    await apply(world.controlPlane, heir.objects)
    await waitFor(world, heir, 'Stalled', 'True', 'AdoptionNotAllowed')
    const { namespace, name, host } = { ...heir, host: tenant.host }
    const spec = { tenantID: id, namespace, name, host, reason: 'The customer was renamed.' }
    const adoption = { apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviAdoption', metadata: { name: id }, spec }
    await apply(world.controlPlane, [adoption])
    const back = await waitFor(world, heir, 'Ready', 'True')
    expect(back?.status?.tenantID).toBe(id)
    await kubectl('wait', '--for=condition=Ready', `ka/${id}`, '--timeout=30s')
    const used = (await json('ka', id))['status'] as { adoptedAt: string; observedGeneration: number }
    expect(used.observedGeneration).toBe(1)
    expect(Date.parse(used.adoptedAt)).toBeGreaterThan(Date.now() - 120_000)
  }, 120_000)
})
