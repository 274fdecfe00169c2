import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperatorWorld, startOperatorWorld } from '../../support/operator-world.ts'
import { classObjects } from '../../support/operator-world/class-objects.ts'
import { type TraceCollector, traceCollector } from '../../support/trace-collector.ts'
import { apply, type Condition, eventually, provision } from './lab.ts'

interface ClassStatus {
  observedGeneration?: number
  tenants?: number
  serverVersion?: string
  conditions?: Condition[]
}

let world: OperatorWorld
let collector: TraceCollector
const kubectl = (...args: string[]) => world.controlPlane.kubectl(args)
const statusOf = async (name: string): Promise<ClassStatus> =>
  (JSON.parse(await kubectl('get', 'ktc', name, '-o', 'json')) as { status?: ClassStatus }).status ?? {}
const found = ({ conditions = [] }: ClassStatus, type: string) =>
  conditions.find((each) => each.type === type)
const shows = (name: string, type: string, reason: string) =>
  eventually(
    () => statusOf(name),
    (status) => found(status, type)?.reason === reason,
    { why: `${type}/${reason} of ${name}` },
  )

/** A class beside the default one, on the same server but for what is said. */
function classBeside(name: string, database: object = {}) {
  const { administrator } = world.postgres
  const objects = classObjects({ port: world.databasePort, ca: '', administrator })
  const one = objects.at(-1) as { spec: { database: object } }
  return {
    ...one,
    metadata: { name },
    spec: { ...one.spec, database: { ...one.spec.database, ...database } },
  }
}

beforeAll(async () => {
  collector = await traceCollector()
  world = await startOperatorWorld({ env: collector.env })
  await world.operator.start()
}, 180_000)
afterAll(async () => {
  await world.stop()
  await collector.close()
})

describe('a KiaviTenantClass', () => {
  it('is Ready when its server answers, for whoever waits, and says which version that is', async () => {
    await kubectl('wait', '--for=condition=Ready', 'ktc/default', '--timeout=60s')
    const status = await statusOf('default')
    expect(status).toMatchObject({ observedGeneration: 1, tenants: 0 })
    expect(status.serverVersion).toMatch(/^18\.\d+$/)
    expect(found(status, 'Stalled')).toBeUndefined()
  })

  it('names the Secret that it lacks, and is Ready soon after somebody made it', async () => {
    await apply(world.controlPlane, [classBeside('lacking', { adminSecretName: 'missing' })])
    const stalled = await shows('lacking', 'Stalled', 'SecretNotFound')
    expect(found(stalled, 'Ready')?.status).toBe('False')
    expect(found(stalled, 'Stalled')?.message).toContain('Secret missing in namespace kiavi-system')
    const { user: username, password } = world.postgres.administrator
    await apply(world.controlPlane, [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'missing', namespace: 'kiavi-system' },
        stringData: { username, password },
      },
    ])
    await shows('lacking', 'Ready', 'Usable')
  })

  it('waits for a server that does not answer', async () => {
    await apply(world.controlPlane, [classBeside('unplugged', { port: 1 })])
    const status = await shows('unplugged', 'Reconciling', 'DatabaseUnreachable')
    expect(found(status, 'Stalled')).toBeUndefined()
  })

  it('is told when another became the default beside it, and when it is alone again', async () => {
    await kubectl('annotate', 'ktc', 'lacking', 'kiavi.eu/is-default-class=true')
    await Promise.all([
      shows('default', 'Stalled', 'TwoDefaultClasses'),
      shows('lacking', 'Stalled', 'TwoDefaultClasses'),
    ])
    await kubectl('annotate', 'ktc', 'lacking', 'kiavi.eu/is-default-class-')
    await Promise.all([shows('default', 'Ready', 'Usable'), shows('lacking', 'Ready', 'Usable')])
  })

  it('counts its tenants, and is not deleted while there are any', async () => {
    await provision(world)
    await eventually(
      () => statusOf('default'),
      ({ tenants }) => tenants === 1,
    )
    await expect(kubectl('delete', 'ktc', 'default', '--wait=false')).rejects.toThrow(
      '1 tenant(s) live in class default',
    )
    expect(await kubectl('delete', 'ktc', 'unplugged', '--wait=false')).toContain('deleted')
  })

  it('has tenants whose every look the bundled operator tells a collector of', async () => {
    const looks = await eventually(
      () => Promise.resolve(collector.received.filter(({ body }) => body.includes('"reconcile tenant"'))),
      (seen) => seen.length > 0,
      { why: 'a trace of a tenant' },
    )
    expect(looks[0]?.path).toBe('/v1/traces')
  })
})
