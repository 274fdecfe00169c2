import { type YearResult } from './year.ts'

/** The parts of a year as one. */
export function sumYears(parts: readonly YearResult[]): YearResult {
  const [first, ...rest] = parts
  if (!first) throw new RangeError('There are no parts.')
  return rest.reduce((sum, part) => plus(sum, part) as YearResult, first)
}

/** Numbers are added, lists joined, fields each by itself. */
function plus(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' || typeof b === 'number') return Number(a ?? 0) + Number(b ?? 0)
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as unknown[]), ...(b as unknown[])]
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((name) => [name, plus(one[name], other[name])]))
}
