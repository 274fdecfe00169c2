import { describe, expect, it } from 'vitest'
import {
  entriesOf,
  journalText,
  lineOf,
  parseJournal,
  readLine,
} from '../../../../operator/src/controllers/journal/lines.ts'
import { rowOf } from './kept-world.ts'

const [first, second] = [rowOf(9, '2026-01-01T11:00:00.000001Z'), rowOf(10, '2026-01-01T11:00:00.000001Z')]

describe('journalText', () => {
  it('is read back as it was written', () => {
    const lines = [first, second].map(lineOf)
    expect(parseJournal(journalText(lines))).toEqual(lines)
    expect(lines.map(readLine)).toEqual([first, second])
  })

  it('is a journal again when texts are joined', () => {
    const joined = journalText([lineOf(first)]) + journalText([lineOf(second)])
    expect(parseJournal(joined)).toEqual([first, second].map(lineOf))
  })
})

describe('parseJournal', () => {
  const line = lineOf(first)
  it.each([
    { text: '', because: 'nothing happened', lines: [] },
    { text: `${line}\nnonsense\n`, because: 'a line is none' },
    { text: line.replace('person_erased', 'Person Erased'), because: 'a kind is one word' },
    { text: line.slice(0, -1), because: 'it was cut' },
    { text: ` ${line}`, because: 'it was indented' },
  ])('gives $lines where $because', ({ text, lines, because }) => {
    expect(parseJournal(text), because).toEqual(lines)
  })

  it('keeps kinds that a newer version has', () => {
    const newer = line.replace('person_erased', 'consent_withdrawn')
    expect(parseJournal(newer)).toEqual([newer])
  })
})

describe('entriesOf', () => {
  it('gives each once, in the order of what happened, whatever part has it', () => {
    const later = rowOf(2, '2026-01-01T11:00:00.000002Z')
    const parts = [
      [lineOf(later), lineOf(second)],
      [lineOf(first), lineOf(second)],
    ]
    expect(entriesOf(parts)).toEqual([first, second, later])
  })
})
