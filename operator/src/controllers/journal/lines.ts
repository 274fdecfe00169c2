import { type JournalRow } from '../../providers/database/outbox-port.ts'

/** An entry as it is kept: `<id> <kind> <instant> <subject>`. The same row is always the same line. */
export type JournalLine = string

const pattern =
  /^[1-9][0-9]{0,18} [a-z][a-z_]{0,62} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [A-Za-z0-9_-]{43}$/

export const lineOf = ({ id, kind, at, subject }: JournalRow): JournalLine => `${id} ${kind} ${at} ${subject}`

/** What is kept in one Secret or segment. Texts can be joined, and sorted without repeats, and are a journal again. */
export const journalText = (lines: readonly JournalLine[]): string =>
  lines.map((line) => `${line}\n`).join('')

/** The lines back; `undefined` where one of them is none. */
export function parseJournal(text: string): JournalLine[] | undefined {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.every((line) => pattern.test(line)) ? lines : undefined
}

/** What a line says. */
export function readLine(line: JournalLine): JournalRow {
  const [id = '', kind = '', at = '', subject = ''] = line.split(' ')
  return { id, kind, at, subject }
}

/** All that happened, each once, in the order in which it happened. */
export function entriesOf(parts: readonly (readonly JournalLine[])[]): JournalRow[] {
  return [...new Set(parts.flat())]
    .map(readLine)
    .sort((a, b) => compare(a.at, b.at) || a.id.length - b.id.length || compare(a.id, b.id))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
