import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../../backups/errors.ts'
import { entriesOf, parseJournal } from '../../controllers/journal/lines.ts'
import { type JournalRow } from '../../providers/database/outbox-port.ts'
import { journalFolder } from '../mounted.ts'

/** All that the mounted parts of a journal say, in the order in which it happened. No folder: nothing was journaled. */
export async function readJournal(mounted: string): Promise<JournalRow[]> {
  const folder = join(mounted, journalFolder)
  const names = await namesIn(folder)
  const parts = names.map(async (name) => {
    const lines = parseJournal(await readFile(join(folder, name), 'utf8'))
    if (lines !== undefined) return lines
    throw new JobError(
      'JOURNAL_UNREADABLE',
      `${journalFolder}/${name} is no part of a journal. Somebody changed its Secret: put back what was there, or take it from the store's copy.`,
    )
  })
  return entriesOf(await Promise.all(parts))
}

/** The kubelet keeps its own files beside them, which begin with two dots. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('..')).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
