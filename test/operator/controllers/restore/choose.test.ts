import { describe, expect, it } from 'vitest'
import { bundleName, wholeSeconds } from '../../../../operator/src/backups/object-name.ts'
import { type BackupLedger } from '../../../../operator/src/controllers/backup/ledger.ts'
import { chooseFound, chooseRemembered, nameOf } from '../../../../operator/src/controllers/restore/choose.ts'
import { backupOf } from './restore-world.ts'

const sha256 = 'a'.repeat(64)
const [first, second, third] = [backupOf(1), backupOf(2), backupOf(3)]
const ledger: BackupLedger = {
  ...{ sequence: 2, slots: [] },
  newest: {
    ...{ sequence: 2, object: bundleName(second), sha256 },
    ...{ startedAt: wholeSeconds(second.startedAt), expiresAt: wholeSeconds(second.expiresAt) },
  },
}
const known = [first, second].map((of) => ({ object: bundleName(of), sha256: 'b'.repeat(64), bytes: 1000 }))
const found = [second, first].map((of) => ({ of, bytes: 1000 }))

describe('chooseRemembered', () => {
  it('takes the newest by the ledger: its name, and its hash and no other', () => {
    const chosen = chooseRemembered({}, ledger, known, true)
    expect(chosen).toMatchObject({ sequence: 2, sha256, bytes: 1000, spared: true })
    expect(chosen && 'sequence' in chosen && bundleName(nameOf(chosen))).toBe(bundleName(second))
  })

  it('spares the date of the newest of a tenant that lives, and of nothing else', () => {
    expect(chooseRemembered({}, ledger, known, false)).not.toHaveProperty('spared')
    expect(chooseRemembered({ sequence: 1 }, ledger, known, true)).not.toHaveProperty('spared')
  })

  it.each([
    { wish: {}, memory: undefined, of: known, because: 'the ledger is lost' },
    { wish: {}, memory: ledger, of: [], because: 'nobody knows how large it is' },
    { wish: { sequence: 1 }, memory: ledger, of: [known[1]!], because: 'its KiaviBackup is gone' },
    {
      wish: { sequence: 3, confirmedStartedAt: '2026-01-03T00:00:00Z' },
      memory: ledger,
      of: known,
      because: 'a person names one that was made after the ledger was kept',
    },
    {
      wish: { confirmedStartedAt: '2026-01-03T00:00:00Z' },
      memory: ledger,
      of: known,
      because: 'a person knows of a newer one than the ledger',
    },
  ])('has the store looked into where $because', ({ wish, memory, of }) => {
    expect(chooseRemembered(wish, memory, of, true)).toBeUndefined()
  })

  it.each([
    { wish: { sequence: 3 }, reason: 'NeverMade' },
    { wish: { confirmedStartedAt: '2026-01-01T00:00:00Z' }, reason: 'NotConfirmed' },
  ])('refuses $wish: $reason', ({ wish, reason }) => {
    expect(chooseRemembered(wish, ledger, known, true)).toMatchObject({ reason })
  })

  it('refuses where none was ever completed', () => {
    expect(chooseRemembered({}, { sequence: 0, slots: [] }, [], true)).toMatchObject({ reason: 'NoBackup' })
  })

  it('does not believe a KiaviBackup that tells of another bundle than the ledger', () => {
    const other = {
      ...known[1]!,
      object: bundleName({ ...second, startedAt: new Date('2026-01-02T09:00:00Z') }),
    }
    expect(chooseRemembered({}, ledger, [other], true)).toBeUndefined()
  })
})

describe('chooseFound', () => {
  it('asks a person for the begin where nobody remembers, and takes what they confirm', () => {
    const asked = chooseFound({}, found, undefined, false)
    expect(asked).toMatchObject({ reason: 'NotConfirmed' })
    const confirmed = { confirmedStartedAt: '2026-01-02T00:00:00Z' }
    expect(chooseFound(confirmed, found, undefined, false)).toMatchObject({ sequence: 2, bytes: 1000 })
  })

  it('takes what a person confirms that was made after the ledger was kept', () => {
    const confirmedStartedAt = '2026-01-03T00:00:00Z'
    for (const wish of [{ sequence: 3, confirmedStartedAt }, { confirmedStartedAt }]) {
      const chosen = chooseFound(wish, [{ of: third, bytes: 5 }, ...found], ledger, true)
      expect(chosen).toMatchObject({ sequence: 3, bytes: 5 })
      expect(chosen).not.toHaveProperty('spared')
      expect(chooseFound(wish, found, ledger, true)).toHaveProperty('reason')
    }
  })

  it('sees an old bundle that was put in the place of the newest', () => {
    const replaced = { ...second, startedAt: new Date('2025-12-01T00:00:00Z') }
    expect(chooseFound({}, [{ of: replaced, bytes: 1 }], ledger, true)).toMatchObject({ reason: 'Replaced' })
  })
})
