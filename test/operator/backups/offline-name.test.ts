import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseObjectName } from '../../../operator/src/backups/object-name.ts'
import {
  type JournalName,
  type RecoveryName,
  installationFolder,
  journalName,
  parseOfflineName,
  recoveryName,
} from '../../../operator/src/backups/offline-name.ts'

const dates = {
  installationID: '6f1ed002ab5595859014ebf0951522d9',
  number: 7,
  at: new Date('2026-11-22T02:00:00Z'),
  expiresAt: new Date('2026-12-22T02:00:00Z'),
}
const journal: JournalName = { ...dates, tenantID: 'k3x9q7w2ab' }
const recovery: RecoveryName = { ...dates, folder: 'k3x9q7w2ab' }
const home = '6f1ed002ab5595859014ebf0951522d9'
const rest = '00000007-20261122T020000Z-until-20261222T020000Z.age'

describe('journalName', () => {
  it('lies in the folder of its tenant, with its number and until when it may lie there', () => {
    expect(journalName(journal)).toBe(`${home}/k3x9q7w2ab/journal-${rest}`)
  })

  it.each([
    { change: { tenantID: installationFolder }, because: 'only tenants have a journal' },
    { change: { installationID: '..' }, because: 'it would lie in another folder' },
    { change: { number: 0 }, because: 'the first is 1' },
    { change: { number: 100_000_000 }, because: 'it would sort before its elders' },
    { change: { at: new Date(1) }, because: 'a name has whole seconds' },
    { change: { expiresAt: new Date(Number.NaN) }, because: 'that is no date' },
  ])('is none for $change: $because', ({ change, because }) => {
    expect(() => journalName({ ...journal, ...change }), because).toThrow(TypeError)
  })
})

describe('recoveryName', () => {
  it("lies in a tenant's folder, or in the installation's", () => {
    expect(recoveryName(recovery)).toBe(`${home}/k3x9q7w2ab/recovery-${rest}`)
    expect(recoveryName({ ...recovery, folder: installationFolder })).toBe(
      `${home}/installation/recovery-${rest}`,
    )
  })

  it.each(['', '..', 'K3X9Q7W2AB', 'installations'])('knows no folder "%s"', (folder) => {
    expect(() => recoveryName({ ...recovery, folder })).toThrow(TypeError)
  })
})

describe('parseOfflineName', () => {
  it('gives back what made the name, whatever it was', () => {
    const seconds = fc.integer({ min: 0, max: 253_402_300_799 }).map((each) => new Date(each * 1000))
    const common = {
      installationID: fc.stringMatching(/^[0-9a-f]{32}$/),
      number: fc.integer({ min: 1, max: 99_999_999 }),
      at: seconds,
      expiresAt: seconds,
    }
    const tenantID = fc.stringMatching(/^[a-z][a-z0-9]{9}$/)
    fc.assert(
      fc.property(fc.record({ ...common, tenantID }), (of) => {
        expect(parseOfflineName(journalName(of))).toEqual({ kind: 'journal', of })
      }),
    )
    fc.assert(
      fc.property(
        fc.record({ ...common, folder: fc.oneof(tenantID, fc.constant(installationFolder)) }),
        (of) => {
          expect(parseOfflineName(recoveryName(of))).toEqual({ kind: 'recovery', of })
        },
      ),
    )
  })

  it('takes no backup for one of them, nor one of them for a backup', () => {
    expect(parseOfflineName(`${home}/k3x9q7w2ab/${rest}`)).toBeUndefined()
    expect(parseObjectName(journalName(journal))).toBeUndefined()
    expect(parseObjectName(recoveryName(recovery))).toBeUndefined()
  })

  it.each([
    { text: '', because: 'nothing is nobody' },
    { text: `${home}/k3x9q7w2ab/journal-${rest}.part`, because: 'it is something of somebody else' },
    { text: `${home}/installation/journal-${rest}`, because: 'only tenants have a journal' },
    { text: `${home}/k3x9q7w2ab/recovery-7.age`, because: 'it has no dates' },
    { text: `prefix/${home}/k3x9q7w2ab/recovery-${rest}`, because: 'it lies deeper than ours' },
    {
      text: `${home}/k3x9q7w2ab/recovery-${rest.replace('20261122', '20260231')}`,
      because: 'there is no 31 February',
    },
    {
      text: `${home}/k3x9q7w2ab/recovery-${rest.replace('.age', '.manifest')}`,
      because: 'it has no manifest',
    },
    { text: `${home}/k3x9q7w2ab/journal-${rest}\n`, because: 'a line break is not ours' },
  ])('knows nothing of "$text": $because', ({ text, because }) => {
    expect(parseOfflineName(text), because).toBeUndefined()
  })
})
