import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { child, masterSecret, tenantNamespace } from '../../../../operator/src/api/v1alpha1/names.ts'
import { type TenantStatus } from '../../../../operator/src/api/v1alpha1/tenant.ts'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'
import { childKinds } from '../../../../operator/src/controllers/tenant/observe/children.ts'
import { type Memory } from '../../../../operator/src/controllers/tenant/ports.ts'
import { createReconciler } from '../../../../operator/src/controllers/tenant/reconcile.ts'
import { decode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { KubeConflict } from '../../../../operator/src/kube/errors.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { createKeyGenerator } from '../../../../operator/src/providers/keys/key-generator.ts'
import { parseKeySetFile } from '../../../../operator/src/providers/keys/key-set-file.ts'
import {
  type GeneratedKey,
  type KeyGenerator,
  type KeySet,
} from '../../../../operator/src/providers/keys/port.ts'
import { keyOf, SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedDatabase } from './simulated-database.ts'
import { operator, tenantClass } from './world.ts'

const name = { namespace: 'customers', name: 'acme' }
let generator: KeyGenerator
let pool: GeneratedKey[]
beforeAll(async () => {
  generator = createKeyGenerator({ bits: 2048, poolSize: 1, workers: 1 })
  pool = await Promise.all([1, 2, 3, 4].map(() => generator.generate(2048)))
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
  let taken: KeySet | undefined
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
    ...{
      fence: () => {},
      random: randomBytes,
      now: () => new Date(Date.UTC(2026, 0, 1)),
      monotonic: () => 0,
    },
    keys: {
      generate: () => {
        keysMade += 1
        return Promise.resolve(pool[keysMade % pool.length]!)
      },
      close: () => Promise.resolve(),
    },
    runtime: {
      // A pod that has taken up whatever is mounted.
      ask: () => {
        const mounted = cluster.objects.get(
          keyOf('Secret', { namespace: tenantNamespace(idOf()), name: child.signingKeys }),
        )
        // What is taken away stays in its memory.
        taken = mounted ? parseKeySetFile(decode(mounted['data'])['keyset.json'] ?? '') : taken
        const { version, activeKid, keys } = taken!
        const kids = keys.map(({ kid }) => kid)
        const served = kids.map((kid) => ({ kid, seconds: 60, always: true }))
        const keySet = { version, activeSeconds: 60, keys: served }
        const readiness = { ready: true, schemaVersion: 1, activeKid, kids, keySet, version: '1.0.0' }
        return Promise.resolve({ readiness, published: kids, fault: undefined })
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
  const live = () => cluster.objects.get(keyOf('KiaviTenant', name))!
  return {
    ...{ cluster, database, given, look, settle, shape, moments: () => moments, keysMade: () => keysMade },
    status: () => live()['status'] as TenantStatus,
    change: (spec: object) => {
      const { generation = 1 } = live().metadata
      const metadata = { ...live().metadata, generation: generation + 1 }
      cluster.put({ ...live(), metadata, spec: { ...(live()['spec'] as object), ...spec } })
    },
    master: () => keyOf('Secret', { namespace: operator.namespace, name: masterSecret.signingKeys(idOf()) }),
    mounted: () => keyOf('Secret', { namespace: tenantNamespace(idOf()), name: child.signingKeys }),
  }
}

describe('createReconciler', () => {
  it('brings a tenant up, and then writes nothing', async () => {
    const one = world()
    await one.settle()
    expect(one.database.made).toBe(1)
    expect(one.keysMade()).toBe(2)
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
      (each) =>
        !one.given.has(each) &&
        !/^(EndpointSlice|Job) /.test(each) &&
        !/-(database|signing-keys)$/.test(each),
    )
    expect(lost.length).toBeGreaterThan(12)
    for (const each of lost) {
      one.cluster.objects.delete(each)
      await one.settle()
      expect(one.shape()).toEqual(before)
      expect(secrets()).toEqual(held)
    }
    expect(one.keysMade()).toBe(2)
  }, 120_000)

  it('signs on with the same key where its master is gone, and has a new standby', async () => {
    const one = world()
    await one.settle()
    const keys = () => one.status().keys?.map(({ kid, phase }) => ({ kid, phase }))
    const [active, standby] = keys() ?? []
    one.cluster.objects.delete(one.master())
    await one.settle()
    expect(keys()).toEqual([
      { kid: active!.kid, phase: 'Active' },
      { kid: standby!.kid, phase: 'Retiring' },
      { kid: expect.any(String) as string, phase: 'Published' },
    ])
    expect(one.keysMade()).toBe(3)
  })

  it('never makes a new key where the one that signs is in neither Secret', async () => {
    const one = world()
    await one.settle()
    one.cluster.objects.delete(one.master())
    one.cluster.objects.delete(one.mounted())
    const { conditions } = await one.look()
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'KeysReady', status: 'False', reason: 'SigningKeysLost' }),
    )
    expect(one.keysMade()).toBe(2)
  })

  it('takes no turn from a ledger that somebody else has written meanwhile', async () => {
    const one = world()
    await one.settle()
    const { kid } = one.status().keys![0]!
    one.change({ signingKeys: { revoke: [{ kid, sessions: 'Keep' }] } })
    const { replace } = one.cluster
    one.cluster.replace = (kind, object) => {
      if (keyOf(kind.kind, object.metadata) === one.master()) {
        one.cluster.replace = replace
        one.cluster.put(one.cluster.objects.get(one.master())!)
      }
      return replace(kind, object)
    }
    expect(await one.look()).toMatchObject({ result: 'failed', error: { code: 'KUBE_CONFLICT' } })
    expect(one.status().keys![0]).toMatchObject({ kid, phase: 'Active' })
    await one.settle()
    expect(one.status().keys![0]).toMatchObject({ kid, phase: 'Destroyed', revoked: true })
  })

  it('mounts no keys over those that somebody else has mounted meanwhile', async () => {
    const one = world()
    await one.settle()
    const { kid } = one.status().keys![0]!
    one.cluster.objects.delete(one.mounted())
    await one.settle()
    one.change({ signingKeys: { revoke: [{ kid, sessions: 'Keep' }] } })
    const { get } = one.cluster
    // Another one mounts between our read of what is mounted and our read of the master.
    let isNext = false
    one.cluster.get = async (kind, where) => {
      const found = await get(kind, where)
      const key = keyOf(kind.kind, where)
      if (key === one.mounted()) isNext = true
      else if (isNext && key === one.master()) one.cluster.put(one.cluster.objects.get(one.mounted())!)
      return found
    }
    expect(await one.look()).toMatchObject({ result: 'failed', error: { code: 'KUBE_CONFLICT' } })
    one.cluster.get = get
    await one.settle()
    expect(one.status().keys![0]).toMatchObject({ kid, phase: 'Destroyed' })
  })
})
