import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { mostParts, partSize } from '../../../../operator/src/providers/backups/part-size.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30
const TiB = 2 ** 40

const capacity = (expectedBytes?: number) => {
  let bytes = 0
  for (let number = 1; number <= mostParts; number += 1) bytes += partSize(number, expectedBytes)
  return bytes
}

describe('partSize', () => {
  it.each([
    { number: 1, expected: undefined, size: 8 * MiB, because: 'nothing is known' },
    { number: 500, expected: undefined, size: 8 * MiB, because: 'the last of the equal ones' },
    { number: 501, expected: undefined, size: 16 * MiB, because: 'longer than expected' },
    { number: 600, expected: undefined, size: 16 * MiB, because: 'the hundred has one size' },
    { number: 601, expected: undefined, size: 32 * MiB, because: 'the next is twice as large' },
    { number: 1, expected: 2 * GiB, size: 8 * MiB, because: 'small parts do' },
    { number: 1, expected: 500 * 8 * MiB, size: 8 * MiB, because: 'they just do' },
    { number: 1, expected: 500 * 8 * MiB + 1, size: 9 * MiB, because: 'they just do not' },
    { number: 1, expected: 100 * GiB, size: 205 * MiB, because: '500 of them hold what is expected' },
    { number: 1, expected: 100 * TiB, size: 5 * GiB, because: 'no part may be larger' },
  ])('gives part $number $size bytes when $expected are expected: $because', ({ number, expected, size }) => {
    expect(partSize(number, expected)).toBe(size)
  })

  it('holds 13 times what was expected in the parts that every store takes, until they are as large as may be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 75 * GiB }), (expected) => {
        expect(capacity(expected)).toBeGreaterThanOrEqual(13 * expected)
      }),
      { numRuns: 50 },
    )
    expect(capacity()).toBeGreaterThan(50 * GiB)
  })

  it('never shrinks, and stays within what S3 takes for a part', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: mostParts - 1 }),
        fc.integer({ min: 0, max: TiB }),
        (number, expected) => {
          const size = partSize(number, expected)
          expect(size).toBeGreaterThanOrEqual(5 * MiB)
          expect(size).toBeLessThanOrEqual(5 * GiB)
          expect(partSize(number + 1, expected)).toBeGreaterThanOrEqual(size)
          expect(size % MiB).toBe(0)
        },
      ),
    )
  })
})
