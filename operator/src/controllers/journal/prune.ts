import { type JournalLine, readLine } from './lines.ts'

const dayMs = 86_400_000
/** A backup lies 89 days at most, and may be swept a day late; clocks of database and operator may differ. */
const keptDays = 91

/**
 * From when on entries are kept. Those before are needed by no backup; but the last verified one of a tenant stays
 * whatever its date, and so does what it needs.
 */
export function keptFrom(now: Date, newestBackup: Date | undefined): Date {
  const byDate = now.getTime() - keptDays * dayMs
  return new Date(newestBackup ? Math.min(byDate, newestBackup.getTime() - 2 * dayMs) : byDate)
}

export const isKept = (line: JournalLine, from: Date): boolean => new Date(readLine(line).at) >= from
