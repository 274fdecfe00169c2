import { describe, expect, it } from 'vitest'
import { proof } from '../../proofs/tenant/accidents.ts'

describe('tenant/accidents', () => {
  it('holds for the object force-deleted and etcd lost', async () => {
    const figures = await proof.run({
      say: () => {},
      args: ['--only', 'object force-deleted', '--only', 'etcd lost'],
    })
    expect(figures['accidents']).toBe(2)
    expect(figures['DROP, TRUNCATE or DELETE among them']).toBe(0)
  }, 600_000)
})
