import { describe, expect, it } from 'vitest'
import { backupWorld, fails, minuteMs, succeeds } from './backup-world.ts'

const hourMs = 60 * minuteMs

describe('noteOf', () => {
  it('tells the newest backup, its size, the earliest date, and when the next one begins', async () => {
    const one = backupWorld()
    one.ask('short', { spec: { retentionDays: 2 } })
    one.ask('long')
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
