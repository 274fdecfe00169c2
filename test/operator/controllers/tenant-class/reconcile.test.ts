import { describe, expect, it } from 'vitest'
import { type TenantClassStatus } from '../../../../operator/src/api/v1alpha1/tenant-class.ts'
import { type SweepNote } from '../../../../operator/src/controllers/sweep/note.ts'
import { createClassReconciler } from '../../../../operator/src/controllers/tenant-class/reconcile.ts'
import { encode } from '../../../../operator/src/controllers/tenant/secrets/data.ts'
import { classWithStore, s3 } from '../backup/rendering.ts'
import { keyOf, SimulatedCluster } from '../tenant/simulated-cluster.ts'
import { operator, tenantClass } from '../tenant/world.ts'

type Ports = Parameters<typeof createClassReconciler>[0]

const { namespace } = operator
const facts = {
  ...{ objects: 6, bytes: 900, backups: 3, removed: 2, aborted: 0, spared: 0, refused: 0, refusedFirst: '' },
  ...{ denied: 0, deniedWhy: '', oldestExpiry: '', gone: '' },
}
const note: SweepNote = {
  ...{ lacks: undefined, memory: 'Whole', clusterID: 'c', nextAt: new Date('2026-11-22T15:00:00Z') },
  last: { at: new Date('2026-11-22T14:00:00Z'), facts },
}

function world(spec: object) {
  const cluster = new SimulatedCluster(() => {})
  const put = (kind: string, metadata: object, more: object) =>
    cluster.put({ apiVersion: 'v1', kind, metadata: { name: '', ...metadata }, ...more })
  put('KiaviTenantClass', { name: 'default' }, { spec })
  put('Secret', { name: 'database-admin', namespace }, { data: encode({ username: 'a', password: 'b' }) })
  const credentials = encode({ accessKeyID: 'id', secretAccessKey: 'key' })
  put('Secret', { name: s3.credentialsSecretName, namespace }, { data: credentials })
  const key = keyOf('KiaviTenantClass', { name: 'default' })
  let known: SweepNote | undefined
  const ports = {
    ...{ cluster, operator, now: () => new Date('2026-11-22T14:30:00Z') },
    memory: {
      classes: () => [...cluster.objects.values()].filter(({ kind }) => kind === 'KiaviTenantClass'),
    },
    database: { observe: () => Promise.resolve({ serverVersion: 180004 }) },
    checkKey: () => undefined,
  } as unknown as Ports
  return {
    look: createClassReconciler(ports, { tenantsIn: () => 2, sweeps: () => known }),
    learn: (news: SweepNote | undefined) => {
      known = news
    },
    status: () => (cluster.objects.get(key)?.['status'] ?? {}) as TenantClassStatus,
  }
}
const says = ({ conditions = [] }: TenantClassStatus) =>
  conditions.map(({ type, status, reason }) => `${type} ${status}/${reason}`)

describe('createClassReconciler', () => {
  it('says nothing of a store where the class has none', async () => {
    const one = world(tenantClass())
    await one.look('default')
    expect(says(one.status())).toEqual(['Ready True/Usable'])
  })

  it('says what is known of its store, keeps it on record, and writes nothing that it said', async () => {
    const one = world(classWithStore())
    await one.look('default')
    expect(says(one.status())).toEqual([
      'Ready True/Usable',
      'BackupStoreReady Unknown/SweepAwaited',
      'BackupsExpire Unknown/SweepAwaited',
    ])
    one.learn(note)
    expect(await one.look('default')).toMatchObject({ result: 'ready', wrote: true, status: one.status() })
    const settled = ['Ready True/Usable', 'BackupStoreReady True/StoreUsable', 'BackupsExpire True/Swept']
    expect(says(one.status())).toEqual(settled)
    expect(one.status()).toMatchObject({
      tenants: 2,
      backups: { sweptAt: '2026-11-22T14:00:00Z', backups: 3 },
    })
    expect((await one.look('default')).wrote).toBe(false)
    // A new process knows nothing yet.
    one.learn(undefined)
    expect((await one.look('default')).wrote).toBe(false)
  })

  it('is Ready whatever becomes of its store: tenants live on', async () => {
    const one = world(classWithStore())
    const failure = { code: 'STORE_GONE', message: 'There is no bucket.' }
    one.learn({ ...note, last: { at: new Date('2026-11-22T14:00:00Z'), failure } })
    expect((await one.look('default')).result).toBe('ready')
    expect(says(one.status())).toEqual([
      'Ready True/Usable',
      'BackupStoreReady False/StoreUnusable',
      'BackupsExpire False/SweepFailing',
    ])
  })
})
