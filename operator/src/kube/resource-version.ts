/**
 * Which of two resourceVersions is the older: below zero, zero, above zero, as a sort wants it. The API server
 * promises that they are growing decimal numbers (KEP-5504); they may be larger than a double can hold.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a === b ? 0 : a < b ? -1 : 1
}
