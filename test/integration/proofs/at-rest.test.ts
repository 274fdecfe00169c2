import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/tenant/at-rest.ts'

describe('tenant/at-rest', () => {
  it('holds for three tenants and half a minute', async () => {
    const figures = await proof.run({ say: () => {}, args: ['--tenants', '3', '--seconds', '30'] })
    expect(figures['writes by the operator, but Leases']).toBe(0)
  })
})
