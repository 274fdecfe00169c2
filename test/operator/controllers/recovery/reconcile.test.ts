import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { readBackupMaster } from '../../../../operator/src/controllers/backup/master.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { minuteMs, name, succeeds } from '../backup/backup-world.ts'
import { recipient } from '../backup/rendering.ts'
import { keptWorld, type Put, rowOf, secretKey } from '../journal/kept-world.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { tenantID } from '../tenant/world.ts'

const dayMs = 24 * 60 * minuteMs

/** A tenant that has a backup, and so something to lose. */
async function backedUp(options: Parameters<typeof keptWorld>[0] = {}) {
  const one = keptWorld(options)
  one.ask('now')
  await one.look()
  one.endJobs(succeeds)
  await one.look()
  return one
}

const secretsOf = ({ text }: Pick<Put, 'text'>) => (parse(text) as { items: KubeObject[] }).items

describe('createRecovery', () => {
  it("puts into the store what opens a tenant's backups, which is the newest, and what happened since", async () => {
    const one = await backedUp()
    one.write(rowOf(1))
    await one.pull()
    expect(await one.recover()).toMatchObject({ error: undefined, at: new Date('2026-01-01T12:00:00Z') })
    const [set] = one.sets(tenantID)
    expect(set).toMatchObject({ recipients: [recipient], expiresAt: new Date('2026-03-02T12:00:00Z') })
    const [master, journal] = secretsOf(set!)
    expect(readBackupMaster(master!)).toMatchObject({ ledger: { newest: { sequence: 1 } } })
    expect(journal?.metadata.name).toBe(masterSecret.journal(tenantID, 0))
    const live = one.cluster.objects.get(secretKey(masterSecret.backups(tenantID)))
    expect(master?.['data']).toEqual(live?.['data'])
  })

  it("puts the installation's own there once it has a key, for everybody who shall open it", async () => {
    const none = keptWorld()
    expect(await none.recoverInstallation()).toMatchObject({ wrote: [], at: undefined })
    const one = await backedUp()
    await one.recoverInstallation()
    const [set] = one.sets('installation')
    expect(secretsOf(set!).map(({ metadata }) => metadata.name)).toEqual([
      'installation',
      'kiavi-installation-key',
    ])
  })

  it('writes nothing while nothing has changed', async () => {
    const one = await backedUp()
    await one.recover()
    await one.recoverInstallation()
    const before = one.moments()
    one.restart()
    await one.recover(name, true)
    await one.recoverInstallation(true)
    expect(one.moments()).toBe(before)
  })

  it('writes the next one after the next backup', async () => {
    const one = await backedUp()
    await one.recover()
    one.pass(dayMs)
    await one.look()
    // A backup under way changes nothing that a lost cluster would miss.
    await one.recover()
    expect(one.sets(tenantID)).toHaveLength(1)
    one.endJobs(succeeds)
    await one.look()
    await one.recover()
    expect(one.numbers(one.sets(tenantID))).toEqual([1, 2])
  })

  it('takes the journal in within a day', async () => {
    const one = await backedUp()
    await one.recover()
    one.write(rowOf(1))
    await one.pull()
    await one.recover()
    expect(one.sets(tenantID)).toHaveLength(1)
    one.pass(dayMs)
    await one.recover()
    expect(secretsOf(one.sets(tenantID)[1]!)).toHaveLength(2)
  })

  it('writes it anew before its date, and where it is gone from the store', async () => {
    const one = await backedUp()
    await one.recover()
    one.pass(31 * dayMs)
    expect((await one.recover()).wrote[0]).toContain('its date comes near')
    one.puts.length = 0
    expect((await one.recover(name, false)).wrote).toEqual([])
    expect((await one.recover(name, true)).wrote[0]).toContain('gone from the store')
  })

  it('puts nothing in the place of a set that has more', async () => {
    const one = await backedUp()
    one.write(rowOf(1))
    await one.pull()
    await one.recover()
    one.cluster.objects.delete(secretKey(masterSecret.journal(tenantID, 0)))
    one.pass(2 * dayMs)
    expect(await one.recover()).toMatchObject({ error: { code: 'JOURNAL_LOST' } })
    one.cluster.objects.delete(secretKey(masterSecret.backups(tenantID)))
    expect(await one.recover()).toMatchObject({ error: undefined, wrote: [] })
    expect(one.sets(tenantID)).toHaveLength(1)
  })

  it("writes the installation's into every store, also where another one is away", async () => {
    const one = await backedUp()
    const key = keyOf('KiaviTenantClass', { name: 'default' })
    const tenantClass = one.cluster.objects.get(key)!
    const spec = tenantClass['spec'] as { backups: { store: { s3: object } } }
    const s3 = { ...spec.backups.store.s3, bucket: 'others', credentialsSecretName: 'missing' }
    one.cluster.put({
      ...tenantClass,
      metadata: { name: 'another' },
      spec: { ...spec, backups: { ...spec.backups, store: { s3 } } },
    })
    one.cluster.put(tenantClass)
    expect(await one.recoverInstallation()).toMatchObject({ error: { code: 'SECRET_MISSING' } })
    expect(one.sets('installation')).toHaveLength(1)
    const credentials = one.cluster.objects.get(secretKey('store-credentials'))!
    one.cluster.put({ ...credentials, metadata: { ...credentials.metadata, name: 'missing' } })
    expect(await one.recoverInstallation()).toMatchObject({ error: undefined })
    const buckets = one.sets('installation').map(({ place }) => place.kind === 's3' && place.options.bucket)
    expect(buckets).toEqual(['backups', 'others'])
  })

  it('signs nothing with a key that is not on record', async () => {
    const one = await backedUp()
    one.cluster.objects.delete(secretKey('kiavi-installation-key'))
    expect(await one.recover()).toMatchObject({ wrote: [], at: undefined })
    expect(await one.recoverInstallation()).toMatchObject({ wrote: [], at: undefined })
  })

  it('comes to a set and its record wherever it crashes, and never to two of one number', async () => {
    const before = (await backedUp()).moments()
    const play = async (crashAt: number) => {
      const one = await backedUp({ crashAt })
      for (let looks = 0; looks < 3; looks += 1) {
        for (const recover of [() => one.recover(), () => one.recoverInstallation()]) {
          const { error } = await recover()
          if (error?.message.startsWith('Crash')) one.restart()
          else if (error) throw error
        }
      }
      return one
    }
    const whole = await play(Infinity)
    expect(whole.moments() - before).toBe(8)
    for (let moment = before + 1; moment <= whole.moments(); moment += 1) {
      const one = await play(moment)
      for (const folder of [tenantID, 'installation']) {
        const numbers = one.numbers(one.sets(folder))
        expect([moment, folder, numbers]).toEqual([moment, folder, [...new Set(numbers)]])
        expect(numbers.length).toBeGreaterThan(0)
      }
      expect((await one.recover(name, true)).wrote).toEqual([])
      expect((await one.recoverInstallation(true)).wrote).toEqual([])
    }
  })
})
