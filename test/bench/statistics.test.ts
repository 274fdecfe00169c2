import { describe, expect, it } from 'vitest'
import { BenchFailed } from './bench.ts'
import { median, rowOf, spread } from './statistics.ts'

describe('median', () => {
  it.each([
    { values: [3], is: 3, because: 'one round is its own median' },
    { values: [9, 1, 5], is: 5, because: 'order does not matter' },
    { values: [10, 9, 2], is: 9, because: 'numbers are not sorted as words' },
    { values: [4, 1, 3, 2], is: 2.5, because: 'of an even number it lies between the middle two' },
  ])('of $values is $is: $because', ({ values, is }) => {
    expect(median(values)).toBe(is)
  })

  it('refuses to be the median of nothing', () => {
    expect(() => median([])).toThrow(BenchFailed)
  })
})

describe('rowOf', () => {
  it('tells the median with the worst and the best round', () => {
    expect(rowOf('a', 'times b', [2, 1, 4], 'note')).toEqual({
      ...{ name: 'a', unit: 'times b', note: 'note' },
      ...{ ratio: 2, min: 1, max: 4 },
    })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('refuses a round that gave %s', (ratio) => {
    expect(() => rowOf('a', 'b', [1, ratio], '')).toThrow('a: a round gave')
  })
})

describe('spread', () => {
  it('is the same whichever came first', () => {
    expect(spread(1, 1.2)).toBeCloseTo(0.2)
    expect(spread(1.2, 1)).toBeCloseTo(0.2)
  })
})
