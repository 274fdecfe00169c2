import { describe, expect, it } from 'vitest'
import { disorder } from './phase-history.ts'

describe('disorder', () => {
  it.each([
    {
      because: 'a whole life',
      told: ['Generated', 'Published', 'Active', 'Retiring', 'Destroyed'],
      holds: true,
    },
    { because: 'the first key signs at once', told: ['Active', 'Retiring'], holds: true },
    { because: 'its life has only begun', told: ['Generated', 'Published'], holds: true },
    { because: 'it never stood by', told: ['Generated', 'Active'], holds: false },
    { because: 'it came back', told: ['Active', 'Retiring', 'Active'], holds: false },
    { because: 'it went without retiring', told: ['Active', 'Destroyed'], holds: false },
  ])('$because: $holds', ({ told, holds }) => {
    expect(disorder(new Map([['k', told]]), undefined)).toHaveLength(holds ? 0 : 1)
  })

  it('lets a revoked key go at once', () => {
    expect(disorder(new Map([['k', ['Published', 'Active', 'Destroyed']]]), 'k')).toEqual([])
  })
})
