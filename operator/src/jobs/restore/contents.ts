import { JobError } from '../../backups/errors.ts'
import { type Manifest } from '../../backups/manifest.ts'

/**
 * What to restore, as a list for `pg_restore --use-list`: all of the archive but the schemas, which the operator has
 * made with their owner and the rights on what comes. Refuses an archive that has not the content of each table.
 */
export function contentsToRestore(contents: string, { tables }: Pick<Manifest, 'tables'>): string {
  const entries = contents.split('\n').filter((line) => /^\d+; /.test(line))
  const data = entries.filter((line) => / TABLE DATA /.test(line)).length
  if (data !== tables.length) {
    throw new JobError(
      'RESTORE_DIFFERS',
      `The dump holds the content of ${String(data)} tables, its manifest names ${String(tables.length)}. Use another backup, and report this: it should not be possible.`,
    )
  }
  return `${entries.filter((line) => !/^\d+; \d+ \d+ SCHEMA /.test(line)).join('\n')}\n`
}
