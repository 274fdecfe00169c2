import { describe, expect, it } from 'vitest'
import { WallClock } from './wall-clock.ts'

describe('WallClock', () => {
  it('runs with the true time, as wrong as it was set', () => {
    let now = Date.UTC(2026, 0, 1)
    const clock = new WallClock(() => now)
    clock.ahead = -60_000
    now += 1000
    expect(clock.now().toISOString()).toBe('2025-12-31T23:59:01.000Z')
  })
})
