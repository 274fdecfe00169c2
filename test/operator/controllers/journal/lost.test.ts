import { describe, expect, it } from 'vitest'
import { lostParts } from '../../../../operator/src/controllers/journal/lost.ts'
import { type RecoveryRecord } from '../../../../operator/src/controllers/recovery/record.ts'

const record = (at: string, parts: number): RecoveryRecord => ({
  ...{ number: 1, object: `set of ${at}`, at, expiresAt: at, core: 'core', parts },
})

describe('lostParts', () => {
  it.each([
    { parts: 0, records: {}, because: 'no set was written yet' },
    { parts: 2, records: { a: record('2026-01-02T00:00:00Z', 2) }, because: 'all of them are there' },
    { parts: 3, records: { a: record('2026-01-02T00:00:00Z', 2) }, because: 'one came since' },
    {
      ...{ parts: 1, because: 'the newest counts' },
      records: { a: record('2026-01-01T00:00:00Z', 2), b: record('2026-01-02T00:00:00Z', 1) },
    },
  ])('says nothing where $because', ({ parts, records, because }) => {
    expect(lostParts('k3x9q7w2ab', parts, records), because).toBeUndefined()
  })

  it('names the part, and the set that has it', () => {
    const said = lostParts('k3x9q7w2ab', 1, { a: record('2026-01-02T00:00:00Z', 2) })
    expect(said).toContain('tenant-k3x9q7w2ab-journal-1')
    expect(said).toContain('set of 2026-01-02T00:00:00Z')
  })
})
