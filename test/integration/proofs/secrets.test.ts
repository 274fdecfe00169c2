import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/tenant/secrets.ts'

describe('tenant/secrets', () => {
  it('holds', async () => {
    const figures = await proof.run({ say: () => {}, args: [] })
    expect(figures['planted on purpose and found']).toBe(figures['places'])
  }, 300_000)
})
