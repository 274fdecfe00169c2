import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'
import { childKinds } from '../../../../operator/src/controllers/tenant/observe/children.ts'
import { type Memory } from '../../../../operator/src/controllers/tenant/ports.ts'
import { createReconciler } from '../../../../operator/src/controllers/tenant/reconcile.ts'
import { decode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { KubeConflict } from '../../../../operator/src/kube/errors.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { createKeyGenerator } from '../../../../operator/src/providers/keys/key-generator.ts'
import { type GeneratedKey, type KeyGenerator } from '../../../../operator/src/providers/keys/port.ts'
import { keyOf, SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedDatabase } from './simulated-database.ts'
import { operator, tenantClass } from './world.ts'

const name = { namespace: 'customers', name: 'acme' }
let generator: KeyGenerator
let key: GeneratedKey
beforeAll(async () => {
  generator = createKeyGenerator({ bits: 2048, poolSize: 1, workers: 1 })
  key = await generator.generate(2048)
})
afterAll(() => generator.close())

const object = (
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  more: object = {},
): KubeObject => ({
  ...{ apiVersion, kind, metadata },
  ...more,
})
const secret = (secretName: string) =>
  object(
    'v1',
    'Secret',
    { name: secretName, namespace: operator.namespace },
    {
      data: { username: 'a2lhdmk=', password: 'cGFzc3dvcmQ=' },
    },
  )

/** A world with one tenant that was just applied; `crashAt` counts the moments before and after each write. */
function world(crashAt = Infinity) {
  let moments = 0
  let keysMade = 0
  const wrote = (what: string) => {
    moments += 1
    if (moments === crashAt) throw new Error(`Crash ${what}.`)
  }
  const cluster = new SimulatedCluster(wrote)
  const database = new SimulatedDatabase(wrote)
  const spec = { ...tenantClass(), gateway: undefined, ingress: { className: 'test' } }
  cluster.put(object('kiavi.eu/v1alpha1', 'KiaviTenantClass', { name: 'default' }, { spec }))
  cluster.put(object('v1', 'Namespace', { name: 'customers' }))
  cluster.put(object('networking.k8s.io/v1', 'IngressClass', { name: 'test' }))
  cluster.put(secret('database-admin'))
  const asked = { className: 'default', host: 'auth.acme.eu' }
  cluster.put(object('kiavi.eu/v1alpha1', 'KiaviTenant', name, { spec: asked }))
  const given = new Set(cluster.objects.keys())
  const of = (kind: string) => [...cluster.objects.values()].filter((each) => each.kind === kind)
  const memory: Memory = {
    get: (kind, where) => {
      const found = cluster.objects.get(keyOf(kind.kind, where))
      return found && project(found)
    },
    list: (kind, namespace) =>
      of(kind.kind)
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .map((each) => ({ name: each.metadata.name, projection: project(each) })),
    classes: () => of('KiaviTenantClass'),
    adoptions: () => [],
    holders: () => [],
    serves: () => true,
    note: () => {},
  }
  const ports = {
    ...{ cluster, memory, database, operator, checkKey: () => {}, isPublicSuffix: () => false },
    ...{ fence: () => {}, random: randomBytes, now: () => new Date(Date.UTC(2026, 0, 1)) },
    keys: {
      generate: () => {
        keysMade += 1
        return Promise.resolve(key)
      },
      close: () => Promise.resolve(),
    },
    runtime: {
      ask: () => {
        const { kid } = key.publicKey
        const readiness = { ready: true, schemaVersion: 1, activeKid: kid, kids: [kid], version: '1.0.0' }
        return Promise.resolve({ readiness, published: [kid], fault: undefined })
      },
    },
    recorder: { event: () => {} },
    pause: () => Promise.resolve(),
    installationID: 'installation-1',
  }
  /** A new process each time: nothing is remembered but what was written. */
  const look = () => createReconciler(ports, { resyncMs: 1000 })(name)
  async function settle() {
    for (let looks = 1; looks <= 12; looks += 1) {
      const before = moments
      const { conditions } = await look()
      const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
      if (ready && moments === before) return
    }
    throw new Error(
      `Not settled: ${JSON.stringify(cluster.objects.get(keyOf('KiaviTenant', name))?.['status'])}`,
    )
  }
  // A Job that is done has no end to serve any more: it goes by its own time.
  const shape = () =>
    [...cluster.objects.keys()]
      .filter((each) => !each.startsWith('Job '))
      .map((each) => each.replaceAll(idOf(), '<id>'))
      .sort()
  const idOf = () => {
    const status = cluster.objects.get(keyOf('KiaviTenant', name))?.['status'] as
      { tenantID?: string } | undefined
    return status?.tenantID ?? 'none yet'
  }
  return { cluster, database, given, look, settle, shape, moments: () => moments, keysMade: () => keysMade }
}

describe('createReconciler', () => {
  it('brings a tenant up, and then writes nothing', async () => {
    const one = world()
    await one.settle()
    expect(one.database.made).toBe(1)
    expect(one.keysMade()).toBe(1)
    expect(
      one.shape().filter((each) => childKinds.some(({ kind }) => each.startsWith(`${kind} `))).length,
    ).toBeGreaterThan(8)
  })

  it('comes to the same world whichever write fails, before or after it took effect', async () => {
    const reference = world()
    await reference.settle()
    for (let at = 1; at <= reference.moments(); at += 1) {
      const stopped = world(at)
      await stopped.settle().catch(() => stopped.settle())
      await stopped.settle()
      expect({ at, shape: stopped.shape() }).toEqual({ at, shape: reference.shape() })
      expect({ at, databases: stopped.database.made }).toEqual({ at, databases: 1 })
    }
  }, 120_000)

  it('looks again soon when somebody else writes to the tenant while it tells its status', async () => {
    const one = world()
    await one.settle()
    const tenant = one.cluster.objects.get(keyOf('KiaviTenant', name))!
    one.cluster.put({ ...tenant, spec: { ...(tenant['spec'] as object), displayName: 'Acme' } })
    one.cluster.objects.get(keyOf('KiaviTenant', name))!.metadata.generation = 2
    const { patch } = one.cluster
    one.cluster.patch = (kind, where, change, subresource) =>
      subresource === 'status'
        ? Promise.reject(new KubeConflict('It moved on.'))
        : patch(kind, where, change, subresource)
    const overtaken = await one.look()
    expect(overtaken).toMatchObject({ result: 'failed', error: { retry: 'soon' } })
    one.cluster.patch = patch
    expect(await one.look()).toMatchObject({ result: 'ready', wrote: true })
  })

  it('makes again whatever was deleted of a tenant, with the same keys and passwords', async () => {
    const one = world()
    await one.settle()
    const before = one.shape()
    const secrets = () =>
      [...one.cluster.objects.values()]
        .filter(({ kind }) => kind === 'Secret')
        .map((each) => JSON.stringify(decode(each['data'])))
        .sort()
    const held = secrets()
    const lost = [...one.cluster.objects.keys()].filter(
      // Passwords that are gone are made anew and given to the roles; that is the database's own test.
      (each) => !one.given.has(each) && !/^(EndpointSlice|Job) /.test(each) && !each.endsWith('-database'),
    )
    expect(lost.length).toBeGreaterThan(12)
    for (const each of lost) {
      one.cluster.objects.delete(each)
      await one.settle()
      expect(one.shape()).toEqual(before)
      expect(secrets()).toEqual(held)
    }
    expect(one.keysMade()).toBe(1)
  }, 120_000)
})
