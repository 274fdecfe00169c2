import { describe, expect, it } from 'vitest'
import { Trail } from './trail.ts'

describe('Trail', () => {
  it('tells what happened last, with the day and the time of it', () => {
    let now = 0
    const trail = new Trail(() => now)
    for (let hour = 0; hour < 100; hour += 1) {
      now = hour * 3_600_000
      trail.say(`hour ${hour}`)
    }
    expect(trail.last(2)).toEqual(['day 4 02:00:00.000  hour 98', 'day 4 03:00:00.000  hour 99'])
    expect(trail.last(1000)).toHaveLength(60)
  })
})
