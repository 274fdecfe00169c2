import { describe, expect, it } from 'vitest'
import { type BackupName, bundleName } from '../../../../operator/src/backups/object-name.ts'
import { chooseBackup } from '../../../../operator/src/controllers/backup/choose-backup.ts'
import { type BackupLedger, noBackups } from '../../../../operator/src/controllers/backup/ledger.ts'
import { backup } from './sweep/examples.ts'

const [six, seven, eight] = [backup(6, 3), backup(7, 2), backup(8, 1)] as const
const sha256 = 'a'.repeat(64)
const ledger: BackupLedger = {
  sequence: 9,
  newest: {
    ...{ sequence: 8, object: bundleName(eight), sha256 },
    ...{ startedAt: eight.startedAt.toISOString(), expiresAt: eight.expiresAt.toISOString() },
  },
  slots: [],
}
const chosen = (...[wish, inStore, known]: Parameters<typeof chooseBackup>) => {
  const choice = chooseBackup(wish, inStore, known)
  return 'of' in choice ? choice : { reason: choice.reason }
}

describe('chooseBackup', () => {
  it.each<{ because: string; sequence?: number; inStore: BackupName[]; is: object }>([
    {
      because: 'it is the newest that was completed',
      inStore: [six, seven, eight],
      is: { of: eight, sha256 },
    },
    {
      because: 'a newer one was begun, and never completed',
      inStore: [seven, eight, backup(9, 0)],
      is: { of: eight, sha256 },
    },
    {
      because: 'it was named',
      sequence: 6,
      inStore: [six, seven, eight],
      is: { of: six, sha256: undefined },
    },
    { because: 'it was named, and is the newest', sequence: 8, inStore: [eight], is: { of: eight, sha256 } },
    { because: 'the newest was taken away', inStore: [six, seven], is: { reason: 'NotInStore' } },
    {
      because: 'an old one was put in the place of the newest',
      inStore: [seven, { ...seven, sequence: 8 }],
      is: { reason: 'Replaced' },
    },
    {
      because: 'beside the newest lies another of its number, which changes nothing',
      inStore: [{ ...seven, sequence: 8 }, eight],
      is: { of: eight, sha256 },
    },
    {
      because: 'two of the number that was named lie there',
      sequence: 7,
      inStore: [seven, { ...six, sequence: 7 }],
      is: { reason: 'Replaced' },
    },
    {
      because: 'its number was never given out here',
      sequence: 10,
      inStore: [backup(10, 0)],
      is: { reason: 'NeverMade' },
    },
    { because: 'it was named and has gone', sequence: 5, inStore: [six], is: { reason: 'NotInStore' } },
  ])('of what the cluster remembers is $is: $because', ({ sequence, inStore, is }) => {
    expect(chosen({ sequence }, inStore, ledger)).toEqual(is)
  })

  it('has none where none was completed, whatever lies in the store', () => {
    expect(chosen({}, [six], noBackups)).toEqual({ reason: 'NoBackup' })
  })

  it.each<{ because: string; sequence?: number; confirmed?: Date; inStore: BackupName[]; is: object }>([
    { because: 'nobody confirmed it', inStore: [six, seven], is: { reason: 'NotConfirmed' } },
    {
      because: 'a person expects another',
      confirmed: eight.startedAt,
      inStore: [six, seven],
      is: { reason: 'NotConfirmed' },
    },
    {
      because: 'a person confirmed it',
      confirmed: seven.startedAt,
      inStore: [six, seven],
      is: { of: seven, sha256: undefined },
    },
    {
      because: 'a person confirmed the one that was named',
      sequence: 6,
      confirmed: six.startedAt,
      inStore: [six, seven],
      is: { of: six, sha256: undefined },
    },
    {
      because: 'a person confirmed the newest, and another was named',
      sequence: 6,
      confirmed: seven.startedAt,
      inStore: [six, seven],
      is: { reason: 'NotConfirmed' },
    },
    {
      because: 'two of its number lie there',
      confirmed: seven.startedAt,
      inStore: [seven, { ...six, sequence: 7 }],
      is: { reason: 'Replaced' },
    },
    { because: 'it has gone', sequence: 5, inStore: [six], is: { reason: 'NotInStore' } },
    { because: 'the store is empty', inStore: [], is: { reason: 'NoBackup' } },
  ])('of a cluster that lost its memory is $is: $because', ({ sequence, confirmed, inStore, is }) => {
    expect(chosen({ sequence, confirmedStartedAt: confirmed }, inStore, undefined)).toEqual(is)
  })

  it('says what to write', () => {
    expect(chooseBackup({}, [six, seven], undefined)).toHaveProperty(
      'message',
      expect.stringContaining('write confirmedStartedAt: 2026-11-20T12:00:00Z'),
    )
    expect(chooseBackup({}, [six, seven], ledger)).toHaveProperty(
      'message',
      expect.stringContaining('Backup 8, the newest that was completed, does not lie in the store'),
    )
  })
})
