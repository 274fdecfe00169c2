const MiB = 2 ** 20
const GiB = 2 ** 30

/** S3 allows 10,000 parts and some stores only 1,000 (Scaleway): what fits there fits everywhere. */
export const mostParts = 1_000
/** S3 refuses smaller ones, but for the last: 5 MiB. */
const smallest = 8 * MiB
const largest = 5 * GiB
/** So many parts are of one size; some stores want all of them equal, and get it unless the estimate was wrong. */
const equal = 500
/** From there on each hundred is twice as large as the one before: 13 times what was expected fits. */
const step = 100

/** How large a part is, in bytes; `number` counts from 1. Parts are kept in memory until they are stored. */
export function partSize(number: number, expectedBytes = 0): number {
  const first = Math.max(smallest, Math.ceil(expectedBytes / equal / MiB) * MiB)
  const doublings = Math.max(0, Math.ceil((number - equal) / step))
  return Math.min(largest, first * 2 ** doublings)
}
