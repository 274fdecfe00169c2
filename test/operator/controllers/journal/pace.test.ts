import { describe, expect, it } from 'vitest'
import { restMs } from '../../../../operator/src/controllers/journal/pace.ts'

describe('restMs', () => {
  it.each([
    { tenants: 1, ms: 2_000, because: 'an erasure is confirmed in seconds' },
    { tenants: 400, ms: 20_000, because: 'twenty databases are entered in a second' },
    { tenants: 5_000, ms: 60_000, because: 'it is confirmed within a minute' },
  ])('is $ms with $tenants tenants: $because', ({ tenants, ms, because }) => {
    expect(restMs(tenants), because).toBe(ms)
  })
})
