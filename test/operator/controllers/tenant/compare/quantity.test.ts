import { describe, expect, it } from 'vitest'
import { quantity } from '../../../../../operator/src/controllers/tenant/compare/quantity.ts'

describe('quantity', () => {
  it.each([
    ['1024Mi', '1Gi'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1.5Gi', '1536Mi'],
    ['1000k', '1M'],
  ])('takes %s and %s for the same', (a, b) => {
    expect(quantity(a)).toBe(quantity(b))
  })

  it.each([
    ['1Mi', '1M'],
    ['1', '1m'],
    ['100m', '101m'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(quantity(a)).not.toBe(quantity(b))
  })

  it('leaves what is no amount as it is', () => {
    expect(['', 'lots', '1e3', '-1'].map(quantity)).toEqual(['', 'lots', '1e3', '-1'])
  })
})
