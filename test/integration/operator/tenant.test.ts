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
})
