import { describe, expect, it } from 'vitest'
import { Uptime } from './uptime.ts'

describe('Uptime', () => {
  const uptime = new Uptime()
  uptime.set(100, true)
  uptime.set(200, false)
  uptime.set(250, false)
  uptime.set(300, true)

  it.each([
    { from: 0, to: 100, passed: 0 },
    { from: 0, to: 150, passed: 50 },
    { from: 150, to: 250, passed: 50 },
    { from: 150, to: 400, passed: 150 },
    { from: 300, to: 300, passed: 0 },
    { from: 400, to: 300, passed: 0 },
  ])('from $from to $to is $passed', ({ from, to, passed }) => {
    expect(uptime.between(from, to)).toBe(passed)
  })
})
