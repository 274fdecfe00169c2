import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/tenant/examples.ts'

describe('tenant/examples', () => {
  it('holds', async () => {
    const figures = await proof.run({ say: () => {}, args: [] })
    expect(figures['KiaviTenants that became Ready']).toBeGreaterThan(3)
  }, 400_000)
})
