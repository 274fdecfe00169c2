import { beforeEach, describe, expect, it } from 'vitest'
import { claimObject, type HeldClaim } from '../../../../../operator/src/controllers/tenant/claims.ts'
import { project } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { observeClaims } from '../../../../../operator/src/controllers/tenant/observe/claims.ts'
import { type TenantPorts } from '../../../../../operator/src/controllers/tenant/ports.ts'
import { type KubeObject } from '../../../../../operator/src/kube/port.ts'
import { SimulatedCluster } from '../simulated-cluster.ts'
import { operator, tenant, tenantID, tenantObject } from '../world.ts'

const host = 'auth.acme.eu'
const us = { tenantID, uid: 'uid-1', namespace: 'customers', name: 'acme' }
const them = { tenantID: 'bbbbbbbbbb', uid: 'uid-2', namespace: 'others', name: 'rival' }
const claim = (kind: 'host' | 'rp', value = host, holder: HeldClaim['holder'] = us) =>
  claimObject({ kind, value }, holder, operator.namespace)
const edited = (object: KubeObject, change: object, metadata: object = {}): KubeObject => ({
  ...object,
  ...change,
  metadata: { ...object.metadata, ...metadata },
})

let cluster: SimulatedCluster
let reads: number

beforeEach(() => {
  cluster = new SimulatedCluster(() => {})
  reads = 0
  for (const name of ['get', 'list'] as const) {
    const read = cluster[name] as (...args: unknown[]) => Promise<never>
    Object.assign(cluster, {
      [name]: (...args: unknown[]) => {
        reads++
        return read(...args)
      },
    })
  }
})

/** As watched: what has no label of a tenant is not seen. */
const observed = (...objects: KubeObject[]) => {
  const stored = objects.map((object) => cluster.put(object))
  const list = () =>
    stored
      .filter(({ metadata }) => metadata.labels?.['kiavi.eu/tenant-id'] !== undefined)
      .map((object) => ({ name: object.metadata.name, projection: project(object) }))
  const memory = { list } as unknown as TenantPorts['memory']
  return observeClaims(tenant(), { host, rpId: host }, { cluster, memory, operator })
}

describe('observeClaims', () => {
  it('reads nothing when both claims are remembered as we wrote them', async () => {
    const { ours } = await observed(claim('host'), claim('rp'))
    expect([reads, ours.map(({ kind }) => kind)]).toEqual([0, ['host', 'rp']])
  })

  it.each([
    { because: 'its labels are gone', change: edited(claim('rp'), {}, { labels: {} }) },
    { because: 'its annotations are gone', change: edited(claim('rp'), {}, { annotations: {} }) },
    { because: 'its content is gone', change: edited(claim('rp'), { data: {} }) },
    {
      because: 'it names another value',
      change: edited(claim('rp'), { data: { ...(claim('rp')['data'] as object), value: 'eve.eu' } }),
    },
  ])('finds ours again, live, when $because', async ({ change }) => {
    const { held, ours } = await observed(claim('host'), change)
    expect(reads).toBeGreaterThan(0)
    const seen = held.find(({ kind }) => kind === 'rp')
    expect(seen).toMatchObject({ object: change.metadata.name, whole: false })
    expect(seen?.resourceVersion).not.toBe('')
    expect(ours.map(({ object }) => object)).toContain(change.metadata.name)
  })

  it('says which claims were left behind', async () => {
    const left = claim('host', host, them)
    expect((await observed(left)).abandoned).toEqual([left.metadata.name])
  })

  it.each([
    {
      because: 'its holder lives',
      also: tenantObject({ metadata: { name: 'rival', namespace: 'others', uid: 'uid-2' } }),
      left: claim('host', host, them),
    },
    {
      because: 'its holder left a namespace that serves',
      also: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `kiavi-${them.tenantID}` } },
      left: claim('host', host, them),
    },
    {
      because: 'somebody edited it, so that nobody knows whose it is',
      also: tenantObject({ metadata: { name: 'acme', namespace: 'customers' } }),
      left: edited(claim('host', host, them), { data: {} }),
    },
  ])('takes none for left behind when $because', async ({ also, left }) => {
    cluster.put(also)
    expect((await observed(left)).abandoned).toEqual([])
  })
})
