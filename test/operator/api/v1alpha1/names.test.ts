import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databaseNames, mintTenantID, tenantNamespace } from '../../../../operator/src/api/v1alpha1/names.ts'
import { tenantIDField } from '../../../../operator/src/api/v1alpha1/fields.ts'

/** Gives the bytes in turn, over and over. */
const giving = (bytes: number[]) => {
  let at = 0
  return (length: number) => Uint8Array.from({ length }, () => bytes[at++ % bytes.length]!)
}

describe('mintTenantID', () => {
  it('makes what the schema takes, from any bytes that are not all thrown away', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 233 }), { minLength: 1, maxLength: 64 }), (bytes) => {
        expect(tenantIDField().safeParse(mintTenantID(giving(bytes))).success).toBe(true)
      }),
    )
  })

  it('is the same for the same bytes, and follows them', () => {
    expect(mintTenantID(giving([0]))).toBe('aaaaaaaaaa')
    expect(mintTenantID(giving([25, 26, 35, 36]))).toBe('z09az09az0')
  })

  it('throws bytes away that would make some letters likelier', () => {
    // From 234 = 9 x 26 on for the first letter (so 234 counts later: s), from 252 = 7 x 36 on for the others.
    expect(mintTenantID(giving([234, 255, 1, 252, 255, 2]))).toBe('bcsbcsbcsb')
  })
})

describe('tenantNamespace', () => {
  it('is a valid name of a namespace for every tenant ID', () => {
    expect(tenantNamespace('k3x9q7w2ab')).toBe('kiavi-k3x9q7w2ab')
  })
})

describe('databaseNames', () => {
  it('are five different PostgreSQL identifiers that need no quotes', () => {
    const names = Object.values(databaseNames('k3x9q7w2ab'))
    expect(new Set(names).size).toBe(5)
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/)
  })
})
