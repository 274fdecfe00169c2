import { createHash } from 'node:crypto'

/** JSON with sorted keys, without nulls and empty lists: the same text for the same meaning. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value ?? null))
}

/** SHA-256 of the canonical text, in hex, `length` characters of it. */
export function digest(value: unknown, length = 32): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, length)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !isNothing(field))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  )
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)
