import { describe, expect, it } from 'vitest'
import { backupWorld, fails, minuteMs, succeeds } from './backup-world.ts'

const hourMs = 60 * minuteMs

describe('noteOf', () => {
  it('tells the newest backup, its size, the earliest date, and when the next one begins', async () => {
    const one = backupWorld()
    one.ask('a short one', { spec: { retentionDays: 2 } })
    one.ask('one as usual')
    for (let looks = 0; looks < 4; looks += 1) {
      await one.look()
      one.endJobs(succeeds)
    }
    const { note } = await one.look()
    expect(note).toMatchObject({
      newest: { sequence: 2 },
      bytes: 1000,
      finding: undefined,
      failing: undefined,
    })
    expect(note?.oldestExpiry).toEqual(new Date('2026-01-03T12:00:00Z'))
    expect(note?.nextAt?.toISOString()).toMatch(/^2026-01-02T02:/)
  })

  it('alarms nobody about the last backup, which stays whatever its date, nor about one that is gone', async () => {
    const one = backupWorld()
    for (const run of ['first', 'second']) {
      one.ask(run, { spec: { retentionDays: run === 'first' ? 5 : 9 } })
      for (let looks = 0; looks < 2; looks += 1) {
        await one.look()
        one.endJobs(succeeds)
      }
    }
    const change = (run: string, status: object) => {
      const object = one.cluster.objects.get(`KiaviBackup customers/${run}`)!
      one.cluster.put({ ...object, status: { ...one.status(run), ...status } })
    }
    const oldest = async () => (await one.look()).note?.oldestExpiry?.toISOString()
    expect(await oldest()).toBe('2026-01-06T12:00:00.000Z')
    change('second', { damagedAt: '2026-01-02T00:00:00Z' })
    expect(await oldest()).toBe('2026-01-10T12:00:00.000Z')
    change('second', { damagedAt: undefined })
    change('first', { removedAt: '2026-01-06T13:00:00Z' })
    expect(await oldest()).toBeUndefined()
    change('second', { removedAt: '2026-01-10T13:00:00Z' })
    expect(await oldest()).toBeUndefined()
  })

  it('tells why the newest run failed, until one is completed', async () => {
    const one = backupWorld()
    one.ask('now')
    for (let looks = 0; looks < 3; looks += 1) {
      await one.look()
      one.endJobs(fails)
      await one.look()
      one.pass(hourMs)
    }
    expect((await one.look()).note?.failing).toBe('pg_dump ended with exit code 1.')
    one.ask('again')
    await one.look()
    one.endJobs(succeeds)
    expect((await one.look()).note?.failing).toBeUndefined()
  })

  it('tells why none can be made', async () => {
    const one = backupWorld()
    one.cluster.objects.delete('KiaviTenantClass /default')
    expect((await one.look()).note?.finding?.reason).toBe('ClassNotFound')
  })
})
