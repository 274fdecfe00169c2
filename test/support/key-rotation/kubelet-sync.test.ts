import { describe, expect, it } from 'vitest'
import { durationSeconds } from './kubelet-sync.ts'

describe('durationSeconds', () => {
  it.each([
    ['1m0s', 60],
    ['10s', 10],
    ['1h1m1.5s', 3661.5],
  ])('%s is %d', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds)
  })

  it('guesses nothing', () => {
    expect(() => durationSeconds('soon')).toThrow('soon is no duration.')
  })
})
