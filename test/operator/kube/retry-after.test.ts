import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../../operator/src/kube/retry-after.ts'

const now = Date.UTC(2026, 0, 1)

describe('retryAfterMs', () => {
  it.each([
    { header: '0', ms: 0 },
    { header: '7', ms: 7_000 },
    { header: '86400', ms: 30_000 },
    { header: 'Thu, 01 Jan 2026 00:00:05 GMT', ms: 5_000 },
    { header: 'Wed, 31 Dec 2025 00:00:00 GMT', ms: 0 },
    { header: 'soon', ms: 1_000 },
    { header: undefined, ms: 1_000 },
  ])('reads "$header" as $ms ms', ({ header, ms }) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})
