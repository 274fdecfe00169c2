import { describe, expect, it } from 'vitest'
import { dueSlot } from '../../../../operator/src/controllers/backup/due.ts'
import {
  type BackupLedger,
  begun,
  completed,
  ledgerFile,
  noBackups,
  parseLedger,
  recovered,
} from '../../../../operator/src/controllers/backup/ledger.ts'
import { mostSpans } from '../../../../operator/src/controllers/backup/slot-spans.ts'
import { at, cron, tenantID } from './examples.ts'

const newest = (sequence: number) => ({
  sequence,
  object: `bundle-${sequence}`,
  sha256: 'a'.repeat(64),
  startedAt: '2026-11-22T02:00:00Z',
  expiresAt: '2026-12-22T02:00:00Z',
})
const ledger: BackupLedger = {
  sequence: 7,
  newest: newest(6),
  slots: [{ from: '2026-11-21T02:00:00.000Z', to: '2026-11-21T02:00:00.000Z', schedule: '0 2 * * *' }],
}
const scheduled = { slot: at('2026-11-22T02:00'), cron: cron('0 2 * * *'), now: at('2026-11-22T02:30') }

describe('begun', () => {
  it('gives a number of its own and marks the slot in one write', () => {
    expect(begun(ledger, 'run-8', scheduled)).toEqual({
      ...ledger,
      sequence: 8,
      current: { run: 'run-8', sequence: 8 },
      slots: [{ from: '2026-11-21T02:00:00.000Z', to: '2026-11-22T02:00:00.000Z', schedule: '0 2 * * *' }],
    })
  })
  it('marks no slot for a run that has none', () => {
    expect(begun(noBackups, 'a')).toEqual({ sequence: 1, current: { run: 'a', sequence: 1 }, slots: [] })
  })
  it('never gives a number twice, whatever becomes of the runs', () => {
    let now = ledger
    const given = Array.from({ length: 50 }, (_, round) => {
      now = begun(now, `run-${round}`)
      if (round % 3 === 0) now = completed(now, newest(now.sequence))
      return now.sequence
    })
    expect(new Set(given).size).toBe(50)
  })
})

describe('completed', () => {
  it.each([
    { sequence: 7, newest: 7, because: 'it is newer' },
    { sequence: 5, newest: 6, because: 'it was late' },
  ])('leaves $newest as the newest after $sequence: $because', ({ sequence, newest: expected }) => {
    expect(completed(ledger, newest(sequence)).newest?.sequence).toBe(expected)
  })
})

describe('recovered', () => {
  const now = at('2026-11-22T23:00')
  const inStore = [9, 11, 3].map((sequence) => ({
    sequence,
    startedAt: at(`2026-11-${10 + sequence}T02:17`),
  }))

  it('goes on after the highest number that lies in the store, also of what never became a backup', () => {
    const after = recovered(inStore, newest(9), now)
    expect(after).toMatchObject({ sequence: 11, newest: newest(9) })
    expect(begun(after, 'a').sequence).toBe(12)
  })

  const look = { tenantID, cron: cron('0 2 * * *'), since: at('2020-01-01T00:00') }
  it('makes up no slot before one of them began, wherever the clock is set to, and the next one that was missed', () => {
    const { slots } = recovered(inStore, newest(9), now)
    for (const moment of [now, at('2026-06-01T23:00'), at('2021-01-01T23:00')])
      expect(dueSlot({ ...look, slots, now: moment })).toBeUndefined()
    expect(dueSlot({ ...look, slots, now: at('2026-11-23T23:00') })).toEqual(at('2026-11-23T02:00'))
  })

  it('believes no begin that lies ahead of the clock, and has room for many', () => {
    const ahead = Array.from({ length: 40 }, (_, index) => ({
      sequence: index + 1,
      startedAt: new Date(at('2036-10-01T02:17').getTime() + index * 86_400_000),
    }))
    const { slots } = parseLedger(ledgerFile(recovered([...inStore, ...ahead], newest(9), now)))
    expect(slots).toHaveLength(mostSpans)
    expect(dueSlot({ ...look, slots, now: at('2026-11-23T23:00') })).toEqual(at('2026-11-23T02:00'))
  })
})

describe('parseLedger', () => {
  it('reads what ledgerFile wrote, and keeps what a newer operator wrote beside', () => {
    expect(parseLedger(ledgerFile(ledger))).toEqual(ledger)
    const newer = { ...ledger, later: { because: 'of tomorrow' } }
    expect(parseLedger(ledgerFile(parseLedger(JSON.stringify(newer))))).toEqual(newer)
  })
  it.each([
    { text: 'no JSON', because: 'it is no JSON' },
    { text: JSON.stringify({ ...ledger, sequence: -1 }), because: 'a number that was never given out' },
    { text: JSON.stringify({ slots: [] }), because: 'without a number the next one would be 1 again' },
    {
      text: JSON.stringify({ ...ledger, slots: [{ from: 'yesterday', to: 'today' }] }),
      because: 'no instants',
    },
  ])('refuses $text: $because', ({ text }) => {
    expect(() => parseLedger(text)).toThrow('ledger.json of the backups cannot be read')
  })
})
