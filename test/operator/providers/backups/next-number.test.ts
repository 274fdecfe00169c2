import { describe, expect, it } from 'vitest'
import { journalName, recoveryName } from '../../../../operator/src/backups/offline-name.ts'
import { nextNumber } from '../../../../operator/src/providers/backups/next-number.ts'

const dates = { at: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-02-01T00:00:00Z') }
const of = (number: number) => ({ installationID: 'inst', number, ...dates })
const folder = 'k3x9q7w2ab'

describe('nextNumber', () => {
  it('is above all of its kind and folder, whatever else lies there', () => {
    const names = [
      journalName({ ...of(7), tenantID: folder }),
      recoveryName({ ...of(3), folder }),
      recoveryName({ ...of(9), folder: 'installation' }),
      `inst/${folder}/recovery-00000099-nonsense.age`,
    ]
    expect(nextNumber(names, { kind: 'journal', folder })).toBe(8)
    expect(nextNumber(names, { kind: 'recovery', folder })).toBe(4)
    expect(nextNumber(names, { kind: 'recovery', folder: 'installation' })).toBe(10)
    expect(nextNumber([], { kind: 'recovery', folder })).toBe(1)
  })
})
