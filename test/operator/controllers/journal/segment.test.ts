import { describe, expect, it } from 'vitest'
import { segmentDates } from '../../../../operator/src/controllers/journal/segment.ts'

describe('segmentDates', () => {
  it('is in whole seconds, and never outlives the tenant by 90 days', () => {
    expect(segmentDates(new Date('2026-01-01T00:00:00.999Z'))).toEqual({
      at: new Date('2026-01-01T00:00:00Z'),
      expiresAt: new Date('2026-03-31T00:00:00Z'),
    })
  })
})
