import { describe, expect, it } from 'vitest'
import { masterSecret } from '../../../../operator/src/api/v1alpha1/names.ts'
import { lineOf } from '../../../../operator/src/controllers/journal/lines.ts'
import { StoreUnavailable } from '../../../../operator/src/providers/backups/errors.ts'
import { minuteMs, succeeds } from '../backup/backup-world.ts'
import { recipient } from '../backup/rendering.ts'
import { keyOf } from '../tenant/simulated-cluster.ts'
import { tenantID } from '../tenant/world.ts'
import { keptWorld, rowOf, secretKey } from './kept-world.ts'

const dayMs = 24 * 60 * minuteMs

describe('createJournalReconciler', () => {
  it('keeps what happened in the cluster and in the store, and only then acknowledges it', async () => {
    const one = keptWorld()
    one.write(rowOf(1), rowOf(2, '2026-01-01T11:00:01.000000Z', 'passkey_removed'))
    expect(await one.pull()).toMatchObject({ taken: 2, more: false, error: undefined })
    expect(one.journal()).toEqual(
      [rowOf(1), rowOf(2, '2026-01-01T11:00:01.000000Z', 'passkey_removed')].map(lineOf),
    )
    expect(one.puts).toMatchObject([
      {
        ...{ kind: 'journal', folder: tenantID, recipients: [recipient] },
        expiresAt: new Date('2026-03-31T12:00:00Z'),
        place: { kind: 's3', options: { credentials: { accessKeyID: 'id', secretAccessKey: 'key' } } },
      },
    ])
    expect(one.segments()).toEqual(one.journal())
    expect(one.acknowledged).toEqual(['1', '2'])
  })

  it('writes nothing while nothing happens', async () => {
    const one = keptWorld()
    one.write(rowOf(1))
    await one.pull()
    const before = one.moments()
    await one.pull()
    await one.pull(true)
    expect(one.moments()).toBe(before)
  })

  it('adds to what is there, and gives each segment a number of its own', async () => {
    const one = keptWorld()
    for (const id of [1, 2, 3]) {
      one.write(rowOf(id))
      await one.pull()
    }
    expect(one.journal()).toEqual([1, 2, 3].map((id) => lineOf(rowOf(id))))
    expect(one.numbers(one.puts)).toEqual([1, 2, 3])
  })

  it('takes a number that a restored database gives again for what it is: another deed', async () => {
    const one = keptWorld()
    one.write(rowOf(1))
    await one.pull()
    const again = rowOf(1, '2026-01-01T11:30:00.000000Z', 'passkey_removed')
    one.write(again)
    await one.pull()
    expect(one.journal()).toEqual([lineOf(rowOf(1)), lineOf(again)])
  })

  it('acknowledges nothing while the store cannot be reached, and goes on once it can', async () => {
    const one = keptWorld()
    one.storeFails(new StoreUnavailable('The store does not answer.'))
    one.write(rowOf(1))
    expect((await one.pull()).error?.message).toBe('The store does not answer.')
    expect(one.rows.size).toBe(1)
    // It is in the cluster already, and not twice.
    one.storeFails(undefined)
    await one.pull()
    expect(one.journal()).toEqual([lineOf(rowOf(1))])
    expect(one.acknowledged).toEqual(['1'])
  })

  it('keeps it in the cluster alone where the class has no store', async () => {
    const one = keptWorld({ hasStore: false })
    one.write(rowOf(1))
    await one.pull()
    expect([one.journal().length, one.puts.length, one.acknowledged]).toEqual([1, 0, ['1']])
  })

  it('writes nothing outside of the cluster once it does not surely lead', async () => {
    const one = keptWorld()
    one.write(rowOf(1))
    one.ports.fence = () => {
      throw new Error('The Lease is not ours.')
    }
    expect((await one.pull()).error?.message).toBe('The Lease is not ours.')
    expect([one.puts.length, one.rows.size]).toEqual([0, 1])
  })

  it('says which Secret is missing, and takes nothing', async () => {
    const one = keptWorld()
    one.cluster.objects.delete(secretKey('store-credentials'))
    one.write(rowOf(1))
    expect(await one.pull()).toMatchObject({ error: { code: 'SECRET_MISSING' } })
    expect(one.rows.size).toBe(1)
  })

  it('says that a tenant is gone', async () => {
    const one = keptWorld()
    one.cluster.objects.delete(keyOf('KiaviTenant', { namespace: 'customers', name: 'acme' }))
    expect(await one.pull()).toMatchObject({ gone: true, taken: 0 })
  })

  it('writes nothing over a part that somebody changed', async () => {
    const one = keptWorld()
    one.write(rowOf(1))
    await one.pull()
    const key = secretKey(masterSecret.journal(tenantID, 0))
    const part = one.cluster.objects.get(key)!
    one.cluster.put({ ...part, data: { journal: Buffer.from('nonsense\n').toString('base64') } })
    one.write(rowOf(2))
    expect(await one.pull()).toMatchObject({ error: { code: 'MASTER_UNREADABLE' } })
    expect(one.rows.size).toBe(1)
  })

  it('makes no new journal in the place of one that is gone', async () => {
    const one = keptWorld()
    one.ask('now')
    await one.look()
    one.write(rowOf(1))
    await one.pull()
    await one.recover()
    one.cluster.objects.delete(secretKey(masterSecret.journal(tenantID, 0)))
    one.write(rowOf(2))
    const { error } = await one.pull()
    expect(error).toMatchObject({ code: 'JOURNAL_LOST' })
    expect(error?.message).toContain(one.sets(tenantID)[0]?.name)
    expect(one.journal()).toEqual([])
    expect(one.rows.size).toBe(1)
  })

  it('forgets what no backup needs any more', async () => {
    const one = keptWorld()
    one.write(rowOf(1), rowOf(2))
    await one.pull()
    one.pass(92 * dayMs)
    await one.pull(false)
    expect(one.journal()).toHaveLength(2)
    await one.pull(true)
    expect(one.journal()).toEqual([])
    const before = one.moments()
    await one.pull(true)
    expect(one.moments()).toBe(before)
  })

  it('keeps what the newest backup needs, however old that is', async () => {
    const one = keptWorld()
    one.ask('now')
    await one.look()
    one.endJobs(succeeds)
    await one.look()
    one.write(rowOf(1, '2026-01-01T12:00:01.000000Z'))
    await one.pull()
    one.pass(400 * dayMs)
    await one.pull(true)
    expect(one.journal()).toHaveLength(1)
  })

  it('neither loses nor doubles anything wherever it crashes', async () => {
    const play = async (crashAt: number) => {
      const one = keptWorld({ crashAt })
      one.write(rowOf(1), rowOf(2))
      for (let looks = 0; looks < 6; looks += 1) {
        const { error } = await one.pull()
        if (error?.message.startsWith('Crash')) one.restart()
        else if (error) throw error
        if (looks === 2) one.write(rowOf(3))
      }
      return one
    }
    const whole = await play(Infinity)
    expect(whole.moments()).toBe(12)
    const lines = [1, 2, 3].map((id) => lineOf(rowOf(id)))
    for (let moment = 1; moment <= whole.moments(); moment += 1) {
      const one = await play(moment)
      expect([moment, one.journal().toSorted(), one.rows.size]).toEqual([moment, lines, 0])
      expect([...new Set(one.segments())].toSorted()).toEqual(lines)
    }
  })
})
