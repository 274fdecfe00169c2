import { describe, expect, it } from 'vitest'
import { proof as database } from '../../proofs/tenant/drift-database.ts'
import { proof as objects } from '../../proofs/tenant/drift.ts'

const say = () => {}

describe('tenant/drift', () => {
  it('holds for every eightieth edit', async () => {
    const figures = await objects.run({ say, args: ['--tenants', '1', '--every', '80', '--rounds', '1'] })
    expect(figures['not put back']).toBe(0)
  }, 600_000)
})

describe('tenant/drift-database', () => {
  it('holds for every twentieth edit on PostgreSQL 15', async () => {
    const args = ['--tenants', '4', '--every', '20', '--postgres', '15']
    const figures = await database.run({ say, args })
    expect(figures['put back']).toBeGreaterThan(10)
  }, 600_000)
})
