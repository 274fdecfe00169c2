import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'
import { draw, happenings } from './storm.ts'

describe('draw', () => {
  it('comes to everything that may happen, the heavier the more often', () => {
    const random = new Random('storms')
    const drawn = Array.from({ length: 5000 }, () => draw(random))
    const count = (name: string) => drawn.filter((each) => each === name).length
    expect(new Set(drawn)).toEqual(new Set(Object.keys(happenings)))
    expect(count('rotation')).toBeGreaterThan(count('killed pod'))
  })
})
