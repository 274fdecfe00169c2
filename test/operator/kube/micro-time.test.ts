import { describe, expect, it } from 'vitest'
import { microTime } from '../../../operator/src/kube/micro-time.ts'

describe('microTime', () => {
  it('has six digits of a second, which the API server insists on (row 10)', () => {
    expect(microTime(Date.UTC(2026, 10, 22, 1, 2, 3, 4))).toBe('2026-11-22T01:02:03.004000Z')
  })
})
