import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/backups/damages.ts'

describe('backups/damages', () => {
  it('holds for some of each kind', async () => {
    const figures = await proof.run({ say: () => {}, args: ['--count', '45', '--seed', 'integration'] })
    expect(figures['refused before the target was touched']).toBe(45)
  }, 600_000)
})
