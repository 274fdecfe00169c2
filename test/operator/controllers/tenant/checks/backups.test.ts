import { describe, expect, it } from 'vitest'
import { type BackupNote } from '../../../../../operator/src/controllers/backup/note.ts'
import { checkBackups } from '../../../../../operator/src/controllers/tenant/checks/backups.ts'
import { tenant } from '../world.ts'

const provisioned = tenant({ status: { database: { provisionedAt: '2026-11-01T09:00:00Z' } } })
const quiet: BackupNote = {
  ...{ finding: undefined, newest: undefined, nextAt: undefined, failing: undefined },
  ...{ bytes: undefined, oldestExpiry: undefined },
}
const newest = (startedAt: string) => ({
  ...{ sequence: 12, object: 'x', sha256: 'a'.repeat(64), startedAt },
  expiresAt: '2026-12-20T02:00:00Z',
})
const at = (text: string) => new Date(text)

describe('checkBackups', () => {
  it.each([
    {
      note: { newest: newest('2026-11-20T02:10:00Z') },
      now: '2026-11-21T12:00:00Z',
      says: 'True/Current',
      because: 'the slot of this morning is less than a day late',
    },
    {
      note: { newest: newest('2026-11-20T02:10:00Z') },
      now: '2026-11-22T02:00:01Z',
      says: 'False/Overdue',
      because: 'the slot of yesterday is a day late',
    },
    { note: {}, now: '2026-11-01T20:00:00Z', says: 'Unknown/FirstAwaited', because: 'no slot has come' },
    { note: {}, now: '2026-11-03T02:30:00Z', says: 'False/Overdue', because: 'the first slot had none' },
    {
      note: { newest: newest('2026-11-20T02:10:00Z'), failing: 'The disk is full.' },
      now: '2026-11-21T12:00:00Z',
      says: 'False/Failing',
      because: 'the newest run failed',
    },
    {
      note: { finding: { reason: 'NoStore', message: 'Nothing is backed up.' } as const },
      now: '2026-11-21T12:00:00Z',
      says: 'False/NoStore',
      because: 'the class names no store',
    },
  ])('says $says: $because', ({ note, now, says }) => {
    const verdict = checkBackups(provisioned, { ...quiet, ...note }, at(now))
    expect(`${verdict?.status ?? ''}/${verdict?.reason ?? ''}`).toBe(says)
  })

  const failing = { since: at('2026-11-21T11:00:00Z'), message: 'The store does not answer.' }
  it.each([
    { kept: { journal: failing }, now: '2026-11-21T11:10:00Z', says: 'JournalFailing' },
    { kept: { journal: failing, recovery: failing }, now: '2026-11-21T11:10:00Z', says: 'JournalFailing' },
    { kept: { recovery: failing }, now: '2026-11-21T11:10:00Z', says: 'RecoverySetFailing' },
    // A store may be away for a while.
    { kept: { journal: failing, recovery: failing }, now: '2026-11-21T11:09:59Z', says: 'Current' },
  ])('says $says at $now', ({ kept, now, says }) => {
    const note = { ...quiet, newest: newest('2026-11-21T02:10:00Z') }
    const verdict = checkBackups(provisioned, note, at(now), kept)
    expect(verdict?.reason).toBe(says)
    if (says !== 'Current') expect(verdict?.message).toContain('The store does not answer.')
  })

  it('says what is wrong and what to do, when one is late', () => {
    const verdict = checkBackups(
      provisioned,
      { ...quiet, newest: newest('2026-11-20T02:10:00Z'), failing: 'The disk is full.' },
      at('2026-11-22T12:00:00Z'),
    )
    expect(verdict?.message).toBe(
      'The backup of 2026-11-21T02:00:00Z is more than a day late; none was completed after 2026-11-20T02:10:00Z. The last one failed: The disk is full. kubectl get kb -n customers shows what became of each.',
    )
  })

  it('says nothing new while nobody has looked, or there is no database', () => {
    expect(checkBackups(provisioned, undefined, at('2026-11-22T12:00:00Z'))).toBeUndefined()
    expect(checkBackups(tenant(), quiet, at('2026-11-22T12:00:00Z'))).toBeUndefined()
  })
})
