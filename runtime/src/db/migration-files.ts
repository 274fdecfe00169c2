import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

export interface Migration {
  version: number
  name: string
  sql: string
  sha256: string
}

/** Reads `NNNN_name.sql` files in order; a gap or a doubled number is refused. */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file, index) => {
      const [, number, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file) ?? []
      if (number === undefined || name === undefined || Number(number) !== index + 1) {
        throw new Error(
          `Migration file ${file} must be named ${String(index + 1).padStart(4, '0')}_name.sql.`,
        )
      }
      const sql = await readFile(new URL(file, folder), 'utf8')
      return { version: index + 1, name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
