import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/keys/secrets.ts'

describe('keys/secrets', () => {
  it('holds', async () => {
    const figures = await proof.run({ say: () => {}, args: [] })
    expect(figures['planted on purpose and found']).toBe(figures['places'])
  }, 600_000)
})
