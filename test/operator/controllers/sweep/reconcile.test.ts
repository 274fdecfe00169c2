import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleName, manifestName } from '../../../../operator/src/backups/object-name.ts'
import { StoreDenied } from '../../../../operator/src/providers/backups/errors.ts'
import { withStore } from '../../../support/lab-store.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import { dayMs, minuteMs, sweepWorld } from './sweep-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiavi-sweeps-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const world = (crashAt?: number) => sweepWorld({ folder, ...(crashAt === undefined ? {} : { crashAt }) })
const hourMs = 60 * minuteMs

describe('createSweepReconciler', () => {
  it('sweeps, says of each KiaviBackup that it is gone, and takes it away a week later', async () => {
    const one = world()
    await one.backedUp(1, 31)
    const young = await one.backedUp(2, 1)
    expect((await one.look()).steps).toEqual(['ensurePolicy', 'createJob'])
    await one.runJobs()
    expect(await one.names()).toEqual([bundleName(young), manifestName(young)])
    const { steps, note } = await one.look()
    expect(steps).toEqual(['tellRemoved'])
    expect(note?.last).toMatchObject({ facts: { removed: 2, backups: 1, denied: 0, refused: 0 } })
    expect(one.status('backup-1')?.removedAt).toBe(`${one.now().toISOString().slice(0, 19)}Z`)
    expect(one.status('backup-2')?.removedAt).toBeUndefined()
    one.pass(7 * dayMs - 1)
    await one.look()
    expect(one.backups()).toEqual(['backup-1', 'backup-2'])
    one.pass(1)
    expect((await one.look()).steps).toContain('forget')
    expect(one.backups()).toEqual(['backup-2'])
  })

  it('sweeps once in each slot, one after the other, and at rest does nothing', async () => {
    const one = world()
    await one.look()
    expect(await one.look()).toMatchObject({ steps: [], againMs: 15_000 })
    one.pass(hourMs)
    // The one before runs still.
    expect((await one.look()).steps).toEqual([])
    await one.runJobs()
    expect((await one.look()).steps).toEqual(['createJob'])
    await one.runJobs()
    const before = one.moments()
    one.restart()
    const { steps, againMs = 0 } = await one.look()
    expect(steps).toEqual([])
    expect(one.moments()).toBe(before)
    expect(againMs).toBeGreaterThan(0)
    expect(againMs).toBeLessThanOrEqual(hourMs + 1_000)
    one.pass(againMs)
    expect((await one.look()).steps).toEqual(['createJob'])
    expect(new Set(one.jobs().map(({ metadata }) => metadata.name)).size).toBe(3)
  })

  it('makes good what nobody heard: the next sweep tells it again', async () => {
    const one = world()
    await one.backedUp(1, 31)
    await one.backedUp(2, 1)
    await one.look()
    await one.runJobs({ unheard: true })
    const { note } = await one.look()
    expect(note?.last).toMatchObject({ failure: { code: 'JOB_UNHEARD' } })
    expect(one.status('backup-1')?.removedAt).toBeUndefined()
    one.pass(hourMs)
    await one.look()
    await one.runJobs()
    expect((await one.look()).steps).toEqual(['tellRemoved'])
  })

  it('says of nothing that it is gone while the store denies', async () => {
    const one = world()
    await one.backedUp(1, 31)
    await one.backedUp(2, 1)
    await one.look()
    const denies = withStore(one.store, { remove: () => Promise.reject(new StoreDenied('Locked.')) })
    await one.runJobs({ on: denies })
    const { note, steps } = await one.look()
    expect(steps).toEqual([])
    expect(note?.last).toMatchObject({ facts: { denied: 2, deniedWhy: 'Locked.' } })
    expect(one.status('backup-1')?.removedAt).toBeUndefined()
  })

  it('keeps the last backup of a tenant that lives, and says nothing of it', async () => {
    const one = world()
    const last = await one.backedUp(1, 31)
    await one.look()
    await one.runJobs()
    expect((await one.look()).note?.last).toMatchObject({ facts: { spared: 1, removed: 0 } })
    expect(await one.names()).toEqual([bundleName(last), manifestName(last)])
    expect(one.status('backup-1')?.removedAt).toBeUndefined()
  })

  describe('of who lives', () => {
    const noTenant = (one: ReturnType<typeof sweepWorld>) =>
      one.cluster.objects.delete(keyOf('KiaviTenant', one.tenant))
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: `kiavi-${tenantID}`,
        labels: { 'kiavi.eu/managed-by': 'kiavi-operator', 'kiavi.eu/tenant-id': tenantID },
      },
    }
    it.each<{ because: string; change: (one: ReturnType<typeof sweepWorld>) => unknown; stays: boolean }>([
      { because: 'it has a KiaviTenant', change: () => {}, stays: true },
      { because: 'nothing is left of it', change: noTenant, stays: false },
      {
        because: 'its namespace is there',
        change: (one) => [noTenant(one), one.cluster.put(namespace)],
        stays: true,
      },
      {
        because: 'its database is there',
        change: (one) => {
          noTenant(one)
          one.setServer([tenantID])
        },
        stays: true,
      },
      {
        because: 'the server cannot be asked for its database',
        change: (one) => {
          noTenant(one)
          one.setServer('down')
        },
        stays: true,
      },
      {
        because: 'nobody knows how to ask the server',
        change: (one) => [
          noTenant(one),
          one.cluster.objects.delete(
            keyOf('Secret', { namespace: operator.namespace, name: 'database-admin' }),
          ),
        ],
        stays: true,
      },
      {
        because: 'the cluster is another than the one that the installation was made in',
        change: (one) => [noTenant(one), one.secret('installation', { ...one.record, cluster: 'cluster-0' })],
        stays: true,
      },
      {
        because: 'nobody says which cluster the installation was made in',
        change: (one) => [noTenant(one), one.secret('installation', { ...one.record, cluster: '' })],
        stays: true,
      },
    ])('keeps its last backup ($stays): $because', async ({ change, stays }) => {
      const one = world()
      await one.backedUp(1, 31)
      change(one)
      await one.look()
      await one.runJobs()
      await one.look()
      expect((await one.names()).length).toBe(stays ? 2 : 0)
      expect(one.status('backup-1')?.removedAt === undefined).toBe(stays)
    })

    it('reads it live, and not from what is remembered', async () => {
      const one = world()
      const { tenants } = one.ports.memory
      one.ports.memory.tenants = () => []
      await one.backedUp(1, 31)
      await one.look()
      expect(one.documentOf(one.jobs()[0]!).living).toEqual([tenantID])
      one.ports.memory.tenants = tenants
    })
  })

  it.each<{ gone: string; lacks: string }>([
    { gone: 'store-credentials', lacks: 'secret' },
    { gone: 'installation', lacks: 'key' },
  ])(
    'begins nothing where Secret $gone is missing, and goes on once it is there',
    async ({ gone, lacks }) => {
      const one = world()
      const key = keyOf('Secret', { namespace: operator.namespace, name: gone })
      const missing = one.cluster.objects.get(key)!
      one.cluster.objects.delete(key)
      const { note, againMs } = await one.look()
      expect([note?.lacks, againMs, one.jobs()]).toEqual([lacks, minuteMs, []])
      one.cluster.put(missing)
      expect((await one.look()).steps).toEqual(['ensurePolicy', 'createJob'])
    },
  )

  it('begins nothing by keys that cannot be read', async () => {
    const one = world()
    one.secret('installation', { ...one.record, 'keys.json': '{}' })
    expect((await one.look()).note?.lacks).toBe('record')
    expect(one.jobs()).toEqual([])
  })

  it('has nothing to do for a class without a store, or one that is gone', async () => {
    const one = world()
    one.putClass({ backups: undefined })
    expect(await one.look()).toMatchObject({ steps: [], note: undefined, againMs: undefined })
    one.cluster.objects.delete(keyOf('KiaviTenantClass', { name: 'default' }))
    expect(await one.look()).toMatchObject({ steps: [], note: undefined, againMs: undefined })
  })

  it('puts back what the Job may reach before it makes one', async () => {
    const one = world()
    await one.look()
    await one.runJobs()
    const [policy] = [...one.cluster.objects.values()].filter(({ kind }) => kind === 'NetworkPolicy')
    one.cluster.put({ ...policy!, spec: { podSelector: {}, egress: [{}] } })
    one.pass(hourMs)
    expect((await one.look()).steps).toEqual(['ensurePolicy', 'createJob'])
  })

  it('forgets after a month what came to nothing', async () => {
    const one = world()
    one.ended('failed', 'Failed', one.now())
    one.ended('skipped', 'Skipped', one.now())
    one.pass(30 * dayMs - 1)
    await one.look()
    expect(one.backups()).toHaveLength(2)
    one.pass(1)
    await one.look()
    expect(one.backups()).toEqual([])
  })

  it('deletes no KiaviBackup by what it remembers: another one has taken the name since', async () => {
    const one = world()
    one.ended('again', 'Failed', one.now())
    one.pass(30 * dayMs)
    const remembered = one.ports.memory.backups()
    one.ports.memory.backups = () => remembered
    one.cluster.objects.delete(keyOf('KiaviBackup', { namespace: 'customers', name: 'again' }))
    one.ended('again', 'Failed', one.now())
    await one.look()
    expect(one.backups()).toEqual(['again'])
  })

  it('keeps one KiaviBackup that cannot be written from keeping the others, and says so', async () => {
    const one = world()
    await one.backedUp(1, 33)
    await one.backedUp(2, 32)
    await one.backedUp(3, 1)
    await one.look()
    await one.runJobs()
    const { patch } = one.cluster
    one.cluster.patch = (kind, of, ...rest) =>
      of.name === 'backup-1' ? Promise.reject(new Error('Refused.')) : patch(kind, of, ...rest)
    const { error, steps } = await one.look()
    expect([error?.message, steps]).toEqual(['Refused.', ['tellRemoved']])
    expect(one.status('backup-2')?.removedAt).toBeDefined()
  })

  it('tells a sweep which backups a Job is writing and which were found damaged', async () => {
    const one = world()
    const damaged = await one.backedUp(2, 32)
    const object = one.cluster.objects.get(
      keyOf('KiaviBackup', { namespace: 'customers', name: 'backup-2' }),
    )!
    one.cluster.put({ ...object, status: { ...one.status('backup-2'), damagedAt: '2026-01-01T00:00:00Z' } })
    await one.look()
    expect(one.documentOf(one.jobs()[0]!)).toMatchObject({
      damaged: [bundleName(damaged)],
      asked: [`${tenantID}/2`],
      memory: 'Whole',
    })
  })

  it('comes to the same end wherever it crashes', async () => {
    const play = async (crashAt: number) => {
      const one = world(crashAt)
      await one.backedUp(1, 33)
      await one.backedUp(2, 32)
      const young = await one.backedUp(3, 1)
      one.ended('failed', 'Failed', new Date(one.now().getTime() - 40 * dayMs))
      for (let looks = 0; looks < 8; looks += 1) {
        const { error } = await one.look()
        // A process that crashed comes back with nothing in its memory.
        if (error?.message.startsWith('Crash')) one.restart()
        else await one.runJobs()
      }
      return { one, young }
    }
    const whole = await play(Infinity)
    expect(whole.one.moments()).toBeGreaterThan(8)
    for (let moment = 1; moment <= whole.one.moments(); moment += 1) {
      const { one, young } = await play(moment)
      const removed = [1, 2, 3].map((number) => one.status(`backup-${number}`)?.removedAt !== undefined)
      expect([moment, removed, one.backups(), one.jobs().length, await one.names()]).toEqual([
        moment,
        [true, true, false],
        ['backup-1', 'backup-2', 'backup-3'],
        1,
        [bundleName(young), manifestName(young)],
      ])
    }
  })
})
