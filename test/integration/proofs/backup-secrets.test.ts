import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/backups/secrets.ts'

describe('backups/secrets', () => {
  it('holds', async () => {
    const figures = await proof.run({ say: () => {}, args: [] })
    expect(figures['planted on purpose and found']).toBe(figures['places'])
  }, 600_000)
})
