import { describe, expect, it } from 'vitest'
import { readDate, writeDate } from '../../../../operator/src/providers/backups/s3-metadata.ts'

describe('writeDate', () => {
  it('writes whole seconds, the earlier one', () => {
    expect(writeDate(new Date('2026-12-22T02:00:00.999Z'))).toBe('2026-12-22T02:00:00Z')
  })
})

describe('readDate', () => {
  it('reads what was written', () => {
    const date = new Date('2028-02-29T23:59:59Z')
    expect(readDate(writeDate(date))).toEqual(date)
  })

  it.each([
    undefined,
    '',
    'soon',
    '2026-12-22',
    '2026-12-22T02:00:00+01:00',
    '2026-12-22T02:00:00.000Z',
    '2027-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
  ])('takes nothing else: %j', (text) => {
    expect(readDate(text)).toBeUndefined()
  })
})
