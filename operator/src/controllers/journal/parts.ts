import { type JournalLine } from './lines.ts'
import { isKept } from './prune.ts'

/** A Secret holds 1 MiB at most. */
const mostPartBytes = 700_000
/** Together 22 MB: some 230,000 entries of one tenant. */
export const mostParts = 32

/** One write: what a part is to hold from now on, and what of the lines is still to be put somewhere. */
export interface PartWrite {
  part: number
  lines: JournalLine[]
  left: JournalLine[]
}

/** Of these lines those that no part has yet. */
export function missingLines(
  parts: readonly (readonly JournalLine[])[],
  lines: readonly JournalLine[],
): JournalLine[] {
  const known = new Set(parts.flat())
  return [...new Set(lines)].filter((line) => !known.has(line))
}

/**
 * Where the next lines go: into the first part that has room, without what has had its time there; else into a new one.
 * Part numbers have no gap. `full`: there is no room any more.
 */
export function nextWrite(
  parts: readonly (readonly JournalLine[])[],
  lines: readonly JournalLine[],
  keptFrom: Date,
): PartWrite | 'full' | undefined {
  if (lines.length === 0) return undefined
  for (let part = 0; part < mostParts; part += 1) {
    const before = (parts[part] ?? []).filter((line) => isKept(line, keptFrom))
    const room = fitting(lines, mostPartBytes - bytesOf(before))
    if (room > 0) return { part, lines: [...before, ...lines.slice(0, room)], left: lines.slice(room) }
  }
  return 'full'
}

/** The next part that holds something whose time is over. */
export function nextPrune(
  parts: readonly (readonly JournalLine[])[],
  keptFrom: Date,
): Omit<PartWrite, 'left'> | undefined {
  const part = parts.findIndex((lines) => lines.some((line) => !isKept(line, keptFrom)))
  const lines = parts[part]
  return lines && { part, lines: lines.filter((line) => isKept(line, keptFrom)) }
}

function fitting(lines: readonly JournalLine[], bytes: number): number {
  let used = 0
  const over = lines.findIndex((line) => (used += line.length + 1) > bytes)
  return over === -1 ? lines.length : over
}

const bytesOf = (lines: readonly JournalLine[]) => lines.reduce((sum, line) => sum + line.length + 1, 0)
