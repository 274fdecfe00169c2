import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'

describe('Random', () => {
  it('draws the same for the same seed, and something else for another', () => {
    const draw = (seed: string) => {
      const random = new Random(seed)
      return Array.from({ length: 20 }, () => random.below(1000))
    }
    expect(draw('a')).toEqual(draw('a'))
    expect(draw('a')).not.toEqual(draw('b'))
  })

  it('gives each part a chance of its own, whatever was drawn before', () => {
    const one = new Random('a')
    const other = new Random('a')
    one.next()
    expect(one.fork('pods').next()).toBe(other.fork('pods').next())
    expect(one.fork('pods').next()).not.toBe(one.fork('clocks').next())
  })

  it('stays within its bounds and reaches all of them', () => {
    const random = new Random('bounds')
    const drawn = Array.from({ length: 5000 }, () => random.between(2, 4))
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(2)
    expect(Math.min(...drawn)).toBeLessThan(2.01)
    expect(Math.max(...drawn)).toBeLessThan(4)
    expect(Math.max(...drawn)).toBeGreaterThan(3.99)
  })

  it('draws every order of magnitude as often', () => {
    const random = new Random('orders')
    const drawn = Array.from({ length: 4000 }, () => random.logBetween(1, 10_000))
    expect(drawn.filter((number) => number < 100).length / 4000).toBeCloseTo(0.5, 1)
  })
})
