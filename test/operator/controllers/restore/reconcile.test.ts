import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import {
  backupOf,
  dayMs,
  failsAt,
  type Fate,
  messageOf,
  minuteMs,
  name,
  readyOf,
  restoreWorld,
  settle,
  succeeds,
} from './restore-world.ts'

const secretKey = (secret: string) => keyOf('Secret', { namespace: operator.namespace, name: secret })

describe('createRestoreReconciler', () => {
  it('puts a backup in place: beside the tenant, then instead of it, and the old one is kept', async () => {
    const one = restoreWorld()
    one.ask('back')
    await one.look()
    expect(readyOf(one.status('back'))).toBe('False/Running')
    expect(one.aside.own?.marker?.fence).toBeUndefined()
    await settle(one)
    expect(readyOf(one.status('back'))).toBe('True/Completed')
    expect(one.status('back')).toMatchObject({
      ...{ number: 1, sequence: 2, users: 9, erasedSince: 3 },
      previousDatabase: `kiavi_${tenantID}_before_1`,
      previousUntil: '2026-01-08T12:00:00Z',
    })
    expect(one.status('back').step).toBeUndefined()
    expect(one.isDrained()).toBe(true)
    expect(one.aside.own).toMatchObject({ holds: 'a backup, replayed', mayConnect: { length: 4 } })
    expect(one.aside.databases.map(({ name: database }) => database)).toEqual([`kiavi_${tenantID}_before_1`])
    const before = one.moments()
    one.restart()
    expect((await one.look()).steps).toEqual([])
    expect(one.moments()).toBe(before)
  })

  it('drops the database that it replaced after its date, and not before', async () => {
    const one = restoreWorld()
    one.ask('back', { keepPreviousDays: 3 })
    await settle(one)
    one.pass(3 * dayMs - minuteMs)
    await one.look()
    expect(one.aside.dropped).toEqual([])
    one.pass(minuteMs)
    expect((await one.look()).steps).toEqual(['drop', 'writeLedger'])
    expect(one.aside.dropped).toEqual([`kiavi_${tenantID}_before_1`])
    expect(one.ledger()?.kept).toEqual([])
  })

  it('keeps a replaced database for as long as its own marker says, whatever the ledger does', async () => {
    const one = restoreWorld()
    one.ask('back', { keepPreviousDays: 3 })
    await settle(one)
    const [before] = one.aside.databases
    before!.marker = { ...before!.marker!, until: new Date(Date.UTC(2026, 5, 1)).toISOString() }
    one.pass(10 * dayMs)
    await one.look()
    expect(one.aside.dropped).toEqual([])
  })

  it('makes a tenant whole whose database is lost', async () => {
    const one = restoreWorld()
    one.aside.own = undefined
    one.tenantLooks()
    one.ask('back')
    await settle(one)
    expect(readyOf(one.status('back'))).toBe('True/Completed')
    expect(one.status('back').previousDatabase).toBeUndefined()
    expect(one.aside.own).toMatchObject({ holds: 'a backup, replayed' })
    expect(one.ledger()).toMatchObject({ kept: [] })
  })

  it('lets nobody see the old database between the fence and the swap', async () => {
    const one = restoreWorld()
    one.ask('back')
    for (let looks = 0; one.aside.own?.marker?.restored === undefined; looks += 1) {
      await one.look()
      const { current } = one.ledger() ?? {}
      const isFenced = ['Replaying', 'Swapping'].includes(current?.phase ?? '')
      if (isFenced) expect(one.aside.own?.mayConnect).toEqual(['outbox'])
      if (isFenced) expect(one.isDrained()).toBe(true)
      one.endJobs(succeeds)
      one.tenantLooks()
      expect(looks).toBeLessThan(20)
    }
  })

  it('keeps nobody out while the journal cannot be kept', async () => {
    const one = restoreWorld()
    one.ports.drain = () => Promise.reject(new Error('The store does not answer.'))
    one.ask('back')
    await one.look()
    one.endJobs(succeeds)
    expect((await one.look()).error?.message).toBe('The store does not answer.')
    expect(readyOf(one.status('back'))).toBe('False/ReconcileFailed')
    expect(one.aside.own).toMatchObject({ mayConnect: { length: 4 } })
    one.pass(21 * minuteMs)
    await settle(one)
    expect(one.status('back').failureCode).toBe('RESTORE_TOO_LONG')
    expect(one.aside.databases).toEqual([])
  })

  it('says on it what keeps it from being looked at', async () => {
    const one = restoreWorld()
    one.ask('back')
    one.ports.aside = { ...one.ports.aside, observe: () => Promise.reject(new Error('No server answers.')) }
    expect((await one.look()).error?.message).toBe('No server answers.')
    expect(readyOf(one.status('back'))).toBe('False/ReconcileFailed')
  })

  it('waits until the tenant was seen not to serve: else Ready would prove nothing', async () => {
    const one = restoreWorld()
    one.ask('back')
    await one.look()
    one.endJobs(succeeds)
    for (let looks = 0; looks < 3; looks += 1) await one.look()
    expect(one.ledger()?.current?.phase).toBe('Fencing')
    one.tenantLooks()
    await one.look()
    expect(one.ledger()?.current?.phase).toBe('Replaying')
  })

  it.each(['load', 'replay'])('leaves the tenant as it was when the %s fails, and says why', async (work) => {
    const one = restoreWorld()
    one.ask('back')
    await settle(one, failsAt(work))
    expect(readyOf(one.status('back'))).toBe('False/Failed')
    expect(messageOf(one.status('back'))).toBe('The bundle is damaged.')
    expect(one.status('back').failureCode).toBe('BUNDLE_DAMAGED')
    expect(one.aside.own).toMatchObject({ holds: 'what people did today', mayConnect: { length: 4 } })
    expect(one.aside.own?.marker?.fence).toBeUndefined()
    expect(one.aside.databases).toEqual([])
    expect(one.ledger()?.current).toBeUndefined()
  })

  it('says which container of a pod failed where its image is not ours', async () => {
    const one = restoreWorld()
    one.ask('back')
    await settle(one, (work, job) =>
      work === 'replay'
        ? {
            failed: 'BackoffLimitExceeded',
            says: [{ name: 'migrate', state: { terminated: { message: 'boom', exitCode: 1 } } }],
          }
        : succeeds(work, job),
    )
    expect(one.status('back').failureCode).toBe('JOB_MIGRATION_FAILED')
  })

  it('keeps nobody out for longer than twenty minutes', async () => {
    const one = restoreWorld()
    one.ask('back')
    const forever: Fate = (work, job) => (work === 'replay' ? undefined : succeeds(work, job))
    await settle(one, forever)
    expect(one.aside.own?.mayConnect).toEqual(['outbox'])
    one.pass(21 * minuteMs)
    await settle(one, forever)
    expect(one.status('back').failureCode).toBe('RESTORE_TOO_LONG')
    expect(one.aside.own?.mayConnect).toHaveLength(4)
    expect(one.jobs().some(({ metadata }) => metadata.name.endsWith('-replay'))).toBe(false)
  })

  it.each(['Filling', 'Fencing', 'Replaying'])(
    'undoes what was begun when it is deleted while %s',
    async (phase) => {
      const one = restoreWorld()
      one.ask('back')
      for (let looks = 0; one.ledger()?.current?.phase !== phase; looks += 1) {
        await one.look()
        if (one.ledger()?.current?.phase === phase) break
        one.endJobs(succeeds)
        if (phase !== 'Fencing') one.tenantLooks()
        expect(looks).toBeLessThan(20)
      }
      one.cluster.objects.delete(keyOf('KiaviRestore', { ...name, name: 'back' }))
      await settle(one)
      expect(one.aside.own).toMatchObject({ holds: 'what people did today', mayConnect: { length: 4 } })
      expect(one.aside.databases).toEqual([])
      expect(one.ledger()).toMatchObject({ number: 1 })
      expect(one.ledger()?.current).toBeUndefined()
    },
  )

  it('tells what is true where somebody who led before swapped after it was given up', async () => {
    const one = restoreWorld()
    one.ask('back')
    const { act } = one.aside
    one.aside.act = async (server, of, step, passwords) => {
      if (step.do === 'unfence') {
        one.aside.act = act
        const { marker } = one.aside.own!
        const [since, until] = [new Date('2026-01-01T12:00:00Z'), new Date('2026-01-08T12:00:00Z')]
        const swap = { do: 'swap', number: 1, marker: marker!, connectionLimit: 40, since, until } as const
        await act(server, of, swap, passwords)
      }
      await act(server, of, step, passwords)
    }
    await settle(one, failsAt('replay'))
    expect(readyOf(one.status('back'))).toBe('True/Completed')
    expect(one.status('back')).toMatchObject({ previousUntil: '2026-01-08T12:00:00Z' })
    expect(one.ledger()?.kept).toHaveLength(1)
  })

  it('goes on to its end when it is deleted after the swap', async () => {
    const one = restoreWorld()
    one.ask('back')
    for (let looks = 0; one.ledger()?.current?.phase !== 'Proving'; looks += 1) {
      await one.look()
      one.endJobs(succeeds)
      if (one.ledger()?.current?.phase !== 'Proving') one.tenantLooks()
      expect(looks).toBeLessThan(20)
    }
    one.cluster.objects.delete(keyOf('KiaviRestore', { ...name, name: 'back' }))
    await settle(one)
    expect(one.aside.own).toMatchObject({ holds: 'a backup, replayed' })
    expect(one.ledger()?.kept).toHaveLength(1)
  })

  it('runs one restore of a tenant at a time, in the order in which they came', async () => {
    const one = restoreWorld()
    one.ask('a-first')
    one.ask('b-second', { sequence: 1 })
    await one.look()
    expect(readyOf(one.status('a-first'))).toBe('False/Running')
    expect(readyOf(one.status('b-second'))).toBe('False/Queued')
    await settle(one)
    expect(readyOf(one.status('b-second'))).toBe('True/Completed')
    expect(one.status('b-second')).toMatchObject({ number: 2, sequence: 1 })
    expect(one.ledger()?.kept).toHaveLength(2)
  })

  it('undoes what a lost ledger left: the fence, and databases aside', async () => {
    const one = restoreWorld()
    one.ask('back')
    for (let looks = 0; one.ledger()?.current?.phase !== 'Replaying'; looks += 1) {
      await one.look()
      one.endJobs(succeeds)
      one.tenantLooks()
      expect(looks).toBeLessThan(20)
    }
    one.cluster.objects.delete(secretKey(masterSecret.restores(tenantID)))
    one.cluster.objects.delete(keyOf('KiaviRestore', { ...name, name: 'back' }))
    await settle(one)
    expect(one.aside.own?.mayConnect).toHaveLength(4)
    expect(one.aside.databases).toEqual([])
  })

  it.each([
    { gone: keyOf('KiaviTenant', name), reason: 'TenantNotFound' },
    { gone: keyOf('KiaviTenantClass', { name: 'default' }), reason: 'ClassNotFound' },
    { gone: secretKey('store-credentials'), reason: 'SecretNotFound' },
    { gone: secretKey('installation'), reason: 'InstallationKeyLost' },
    { gone: secretKey(masterSecret.backups(tenantID)), reason: 'BackupIdentityLost' },
  ])('says $reason where $gone is missing, and goes on once it is there', async ({ gone, reason }) => {
    const one = restoreWorld()
    const missing = one.cluster.objects.get(gone)!
    one.cluster.objects.delete(gone)
    one.ask('back')
    const { againMs } = await one.look()
    expect(readyOf(one.status('back'))).toBe(`False/${reason}`)
    expect(againMs).toBeLessThanOrEqual(minuteMs)
    expect(one.jobs()).toEqual([])
    one.cluster.put(missing)
    await one.look()
    expect(readyOf(one.status('back'))).toBe('False/Running')
  })

  it('asks for the tenant and its two ledgers alone, while nothing is to be done', async () => {
    const one = restoreWorld()
    const asked: string[] = []
    const { get } = one.cluster
    one.cluster.get = (kind, of) => {
      asked.push(kind.kind)
      return get(kind, of)
    }
    await one.look()
    expect(asked).toEqual(['KiaviTenant', 'Secret', 'Secret'])
  })

  it('does not begin while the tenant is paused', async () => {
    const one = restoreWorld()
    const tenant = one.cluster.objects.get(keyOf('KiaviTenant', name))!
    const annotations = { 'kiavi.eu/paused-until': '2026-01-02T00:00:00Z' }
    one.cluster.put({ ...tenant, metadata: { ...tenant.metadata, annotations } })
    one.ask('back')
    await one.look()
    expect(readyOf(one.status('back'))).toBe('False/TenantPaused')
    expect(one.jobs()).toEqual([])
  })

  const fates: [string, Fate, string][] = [
    ['all of them succeed', succeeds, 'True/Completed'],
    ['the load fails', failsAt('load'), 'False/Failed'],
    ['the replay fails', failsAt('replay'), 'False/Failed'],
  ]
  it.each(fates)(
    'comes to the same end wherever it crashes, when %s',
    async (_name, fate, end) => {
      const play = async (crashAt: number) => {
        const one = restoreWorld({ crashAt })
        one.ask('back', { sequence: 1 })
        await settle(one, fate)
        return one
      }
      const whole = await play(Infinity)
      expect(readyOf(whole.status('back'))).toBe(end)
      expect(whole.moments()).toBeGreaterThan(20)
      const endOf = (one: typeof whole) => ({
        ready: readyOf(one.status('back')),
        own: { holds: one.aside.own?.holds, mayConnect: one.aside.own?.mayConnect },
        fence: one.aside.own?.marker?.fence,
        aside: one.aside.databases.map((each) => each.name),
        jobs: one.jobs().map(({ metadata }) => metadata.name),
        ledger: { number: one.ledger()?.number, current: one.ledger()?.current },
      })
      for (let moment = 1; moment <= whole.moments(); moment += 1)
        expect([moment, endOf(await play(moment))]).toEqual([moment, endOf(whole)])
    },
    60_000,
  )

  it('knows the bundle by name and hash, so that no other passes', async () => {
    const one = restoreWorld()
    one.ask('back')
    await one.look()
    const document = one.jobs()[0]?.metadata.annotations?.['kiavi.eu/job'] ?? ''
    expect(JSON.parse(document)).toMatchObject({
      sha256: 'a'.repeat(64),
      backup: { sequence: 2, tenantID },
      newestSchemaVersion: 3,
      spared: true,
    })
    expect(document).toContain(backupOf(2).startedAt.toISOString().slice(0, 19))
  })
})
