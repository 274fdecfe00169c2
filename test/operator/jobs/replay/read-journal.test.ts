import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { journalText, lineOf } from '../../../../operator/src/controllers/journal/lines.ts'
import { readJournal } from '../../../../operator/src/jobs/replay/read-journal.ts'

const home = mkdtempSync(join(tmpdir(), 'kiavi-journal-'))
afterAll(() => rmSync(home, { recursive: true }))

const entry = (id: number, minute: number) => ({
  id: String(id),
  kind: 'person_erased',
  at: `2026-11-22T16:0${minute}:00.000000Z`,
  subject: Buffer.alloc(32, id).toString('base64url'),
})
const [first, second, third] = [entry(7, 1), entry(3, 2), entry(9, 3)]

/** As the kubelet mounts them. */
function mounted(name: string, parts: Record<string, string>): string {
  const data = join(home, name, 'journal', '..2026_11_22')
  mkdirSync(data, { recursive: true })
  symlinkSync('..2026_11_22', join(home, name, 'journal', '..data'))
  for (const [part, text] of Object.entries(parts)) {
    writeFileSync(join(data, part), text)
    symlinkSync(join('..data', part), join(home, name, 'journal', part))
  }
  return join(home, name)
}

describe('readJournal', () => {
  it('joins the parts in the order in which it happened, each entry once', async () => {
    const folder = mounted('two', {
      'part-0000': journalText([third, first].map(lineOf)),
      'part-0001': journalText([second, first].map(lineOf)),
    })
    expect(await readJournal(folder)).toEqual([first, second, third])
  })

  it('is empty where nothing was journaled', async () => {
    expect(await readJournal(join(home, 'none'))).toEqual([])
    expect(await readJournal(mounted('empty', { 'part-0000': '' }))).toEqual([])
  })

  it('refuses a part that somebody changed, by its name', async () => {
    const folder = mounted('changed', { 'part-0000': `${lineOf(first)}\nhello\n` })
    await expect(readJournal(folder)).rejects.toMatchObject({
      code: 'JOURNAL_UNREADABLE',
      message: expect.stringContaining('journal/part-0000') as string,
    })
  })
})
