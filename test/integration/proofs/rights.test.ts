import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/tenant/rights.ts'

describe('tenant/rights', () => {
  it('holds', async () => {
    const figures = await proof.run({ say: () => {}, args: [] })
    expect(figures['requests refused']).toBe(0)
    expect(figures['rights on Secrets cluster-wide']).toBe(0)
  }, 600_000)
})
