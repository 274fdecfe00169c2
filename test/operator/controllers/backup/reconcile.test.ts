import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { operator, tenantID } from '../tenant/world.ts'
import { backupWorld, type Fate, facts, fails, minuteMs, name, readyOf, succeeds } from './backup-world.ts'

const secretKey = (secret: string) => keyOf('Secret', { namespace: operator.namespace, name: secret })

describe('createBackupReconciler', () => {
  it('makes a backup that somebody asked for, and then writes nothing', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    expect(readyOf(one.status('now'))).toBe('False/Running')
    one.endJobs(succeeds)
    await one.look()
    expect(readyOf(one.status('now'))).toBe('True/Completed')
    expect(one.status('now')).toMatchObject({
      ...{ tenantID, sequence: 1, attempts: 1, users: 12, bytes: 1000, schemaVersion: 3 },
      expiresAt: '2026-01-31T12:00:00Z',
    })
    expect(one.ledger().newest).toMatchObject({ sequence: 1, sha256: 'a'.repeat(64) })
    const before = one.moments()
    one.restart()
    expect((await one.look()).steps).toEqual([])
    expect(one.moments()).toBe(before)
  })

  it('asks for the tenant and its ledger alone, while nothing is to be done', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.endJobs(succeeds)
    await one.look()
    const asked: string[] = []
    const { get, list } = one.cluster
    one.cluster.get = (kind, of) => {
      asked.push(kind.kind)
      return get(kind, of)
    }
    one.cluster.list = (kind, where) => {
      asked.push(`all ${kind.kind}`)
      return list(kind, where)
    }
    await one.look()
    expect(asked).toEqual(['KiaviTenant', 'Secret'])
  })

  it('tells how far it is, at most every ten seconds', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    const before = one.moments()
    one.pass(5_000)
    await one.look()
    expect(one.moments()).toBe(before)
    one.pass(5_000)
    await one.look()
    expect(one.status('now')).toMatchObject({ bytes: 512, table: 'auth.users' })
    one.endJobs(succeeds)
    await one.look()
    expect(one.status('now').table).toBeUndefined()
  })

  it('runs a slot of the schedule once, under the name that follows from it', async () => {
    const one = backupWorld()
    await one.look()
    expect(one.runs()).toEqual([])
    one.pass(16 * 60 * minuteMs)
    await one.look()
    expect(one.runs()).toEqual([`${tenantID}-202601020200`])
    one.endJobs(succeeds)
    await one.look()
    one.restart()
    await one.look()
    expect(one.runs()).toHaveLength(1)
    expect(one.jobs()).toHaveLength(1)
    expect(one.ledger().slots).toHaveLength(1)
  })

  it('tries again under a new number, says why, and gives up after the last attempt', async () => {
    const one = backupWorld()
    one.ask('now')
    for (const waitMs of [0, 5 * minuteMs, 30 * minuteMs]) {
      one.pass(waitMs)
      await one.look()
      one.endJobs(fails)
      await one.look()
    }
    expect(readyOf(one.status('now'))).toBe('False/Failed')
    expect(one.status('now')).toMatchObject({
      attempts: 3,
      sequence: 3,
      lastFailure: { code: 'TOOL_FAILED' },
    })
    expect(one.status('now').conditions?.[0]?.message).toContain('pg_dump ended with exit code 1.')
    expect(one.ledger().newest).toBeUndefined()
    one.pass(600 * minuteMs)
    expect((await one.look()).steps).toEqual([])
    expect(one.jobs().map(({ metadata }) => metadata.name)).toEqual(
      [1, 2, 3].map((n) => `backup-${tenantID}-${n}`),
    )
  })

  it('waits before it tries again', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.endJobs(fails)
    const { againMs } = await one.look()
    expect(readyOf(one.status('now'))).toBe('False/Retrying')
    expect(againMs).toBe(5 * minuteMs)
    one.pass(5 * minuteMs - 1)
    await one.look()
    expect(one.jobs()).toHaveLength(1)
  })

  const lies: [string, Fate, string][] = [
    [
      'the containers tell of two different bundles',
      (document) => {
        const { dump, store } = succeeds(document)
        return { dump, store: { ...store, facts: { ...facts(document), sha256: 'b'.repeat(64) } } }
      },
      'JOB_DISAGREES',
    ],
    [
      'they made another backup than they were told to',
      (document) => {
        const other = { ...facts(document), object: 'installation-1/another' }
        return { dump: { result: 'succeeded', facts: other }, store: { result: 'succeeded', facts: other } }
      },
      'JOB_DISAGREES',
    ],
    [
      'only one of them says that all is well',
      (document) => ({ dump: succeeds(document).dump }),
      'JOB_UNHEARD',
    ],
    [
      'its memory ran out',
      () => ({ failed: 'BackoffLimitExceeded', reason: 'OOMKilled' }),
      'JOB_OUT_OF_MEMORY',
    ],
    ['it took too long', () => ({ failed: 'DeadlineExceeded' }), 'JOB_TOO_LONG'],
  ]
  it.each(lies)('takes it for no backup when %s', async (_what, fate, code) => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.endJobs(fate)
    await one.look()
    expect(readyOf(one.status('now'))).toBe('False/Retrying')
    expect(one.status('now').lastFailure?.code).toBe(code)
    expect(one.ledger().newest).toBeUndefined()
  })

  it('records a backup whose KiaviBackup was deleted meanwhile', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.cluster.objects.delete(keyOf('KiaviBackup', { ...name, name: 'now' }))
    one.endJobs(succeeds)
    await one.look()
    expect(one.ledger().newest?.sequence).toBe(1)
  })

  it('makes the same Job again where somebody deleted it: never a second object of one number', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    const [first] = one.jobs()
    one.cluster.objects.delete(keyOf('Job', first!.metadata))
    one.pass(30 * minuteMs)
    await one.look()
    const [second] = one.jobs()
    expect(second?.metadata.annotations?.['kiavi.eu/job']).toBe(first?.metadata.annotations?.['kiavi.eu/job'])
  })

  it('never makes a new identity where backups need the old one', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.endJobs(succeeds)
    await one.look()
    one.cluster.objects.delete(secretKey(masterSecret.backups(tenantID)))
    one.ask('again')
    const { note } = await one.look()
    expect(readyOf(one.status('again'))).toBe('False/BackupIdentityLost')
    expect(note?.finding?.reason).toBe('BackupIdentityLost')
    expect(one.cluster.objects.has(secretKey(masterSecret.backups(tenantID)))).toBe(false)
  })

  it('never makes a new key for the installation', async () => {
    const one = backupWorld()
    one.ask('now')
    await one.look()
    one.endJobs(succeeds)
    await one.look()
    one.cluster.objects.delete(secretKey('kiavi-installation-key'))
    one.ask('again')
    await one.look()
    expect(readyOf(one.status('again'))).toBe('False/InstallationKeyLost')
    expect(one.cluster.objects.has(secretKey('kiavi-installation-key'))).toBe(false)
  })

  it.each([
    { gone: secretKey('store-credentials'), reason: 'SecretNotFound' },
    { gone: keyOf('KiaviTenant', name), reason: 'TenantNotFound' },
    { gone: keyOf('KiaviTenantClass', { name: 'default' }), reason: 'ClassNotFound' },
  ])('says $reason where $gone is missing, and goes on once it is there', async ({ gone, reason }) => {
    const one = backupWorld()
    const missing = one.cluster.objects.get(gone)!
    one.cluster.objects.delete(gone)
    one.ask('now')
    const { againMs } = await one.look()
    expect(readyOf(one.status('now'))).toBe(`False/${reason}`)
    expect(againMs).toBeLessThanOrEqual(minuteMs)
    expect(one.jobs()).toEqual([])
    one.cluster.put(missing)
    await one.look()
    expect(readyOf(one.status('now'))).toBe('False/Running')
  })

  it('begins no more than the class allows, and one of a tenant at a time', async () => {
    const one = backupWorld({ atOnce: 2 })
    const others = ['b', 'c', 'd'].map((letter) => ({ namespace: 'customers', name: letter }))
    for (const [at, tenant] of others.entries()) {
      one.addTenant(tenant, `${tenant.name}aaaaaaaa${at}`)
      one.ask(`of-${tenant.name}`, { tenant })
    }
    one.ask('first')
    one.ask('second')
    // All at the same moment, as workers of one process do; who was overtaken looks again.
    const lookAtAll = () =>
      Promise.all(
        [name, ...others].map(async (tenant) => {
          while ((await one.look(tenant)).error);
        }),
      )
    await lookAtAll()
    expect(one.jobs()).toHaveLength(2)
    for (let round = 0; round < 4; round += 1) {
      one.endJobs(succeeds)
      await lookAtAll()
      const running = one.jobs().filter(({ status }) => !(status as { conditions?: object }).conditions)
      expect(running.length).toBeLessThanOrEqual(2)
    }
    expect(['first', 'second', 'of-b', 'of-c', 'of-d'].map((run) => readyOf(one.status(run)))).toEqual(
      Array(5).fill('True/Completed'),
    )
  })

  it('tells whom there is room for, once it has made some', async () => {
    const one = backupWorld({ atOnce: 1 })
    const other = { namespace: 'customers', name: 'b' }
    one.addTenant(other, 'baaaaaaaa1')
    one.ask('first')
    one.ask('of-b', { tenant: other })
    await one.look()
    const { againMs } = await one.look(other)
    expect(readyOf(one.status('of-b'))).toBe('False/Queued')
    expect(againMs).toBe(5 * minuteMs)
    one.endJobs(succeeds)
    expect((await one.look()).next).toMatchObject([other])
    await one.look(other)
    expect(readyOf(one.status('of-b'))).toBe('False/Running')
  })

  it('comes back by itself to a tenant that is not ready: nobody tells when it is', async () => {
    const one = backupWorld()
    const tenant = one.cluster.objects.get(keyOf('KiaviTenant', name))!
    one.cluster.put({ ...tenant, status: { tenantID, className: 'default' } })
    expect(await one.look()).toMatchObject({ steps: [], againMs: minuteMs })
  })

  const fates: [string, Fate][] = [
    ['succeeds', succeeds],
    ['fails', fails],
  ]
  it.each(fates)('comes to the same end wherever it crashes, when the Job %s', async (_name, fate) => {
    const play = async (crashAt: number) => {
      const one = backupWorld({ crashAt })
      one.pass(16 * 60 * minuteMs)
      for (let looks = 0; looks < 12; looks += 1) {
        const { error } = await one.look()
        // A process that crashed comes back with nothing in its memory.
        if (error?.message.startsWith('Crash')) one.restart()
        else one.endJobs(fate)
      }
      return one
    }
    const whole = await play(Infinity)
    const run = `${tenantID}-202601020200`
    const end = readyOf(whole.status(run))
    expect(end).toBe(fate === succeeds ? 'True/Completed' : 'False/Retrying')
    expect(whole.moments()).toBeGreaterThan(12)
    for (let moment = 1; moment <= whole.moments(); moment += 1) {
      const one = await play(moment)
      expect([moment, readyOf(one.status(run)), one.runs(), one.ledger().slots.length]).toEqual([
        moment,
        end,
        [run],
        1,
      ])
      expect(one.jobs().map(({ metadata }) => metadata.name)).toEqual([`backup-${tenantID}-1`])
      expect(one.ledger().sequence).toBe(1)
    }
  })
})
