import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../operator/src/kube/backoff.ts'

const range = { least: 1_000, most: 300_000 }

describe('backoffMs', () => {
  it.each([
    { failures: 1, from: 1_000, to: 2_000 },
    { failures: 2, from: 2_000, to: 4_000 },
    { failures: 8, from: 128_000, to: 256_000 },
    { failures: 9, from: 150_000, to: 300_000 },
    { failures: 100_000, from: 150_000, to: 300_000 },
  ])('waits between $from and $to ms after failure $failures', ({ failures, from, to }) => {
    expect(backoffMs(failures, range, () => 1)).toBe(from)
    expect(backoffMs(failures, range, () => 0)).toBe(to)
  })
})
