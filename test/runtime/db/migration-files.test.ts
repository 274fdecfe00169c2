import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { readMigrations } from '../../../runtime/src/db/migration-files.ts'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'

const folders: string[] = []
const folderOf = (...names: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-migrations-'))
  folders.push(folder)
  for (const name of names) writeFileSync(join(folder, name), 'SELECT 1')
  return pathToFileURL(`${folder}/`)
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe('readMigrations', () => {
  it('reads ours, and the newest is the schema that the runtime asks for', async () => {
    const files = await readMigrations(new URL('../../../runtime/src/db/migrations/', import.meta.url))
    expect(files.at(-1)?.version).toBe(schemaVersion)
  })
  it('reads in order and lets other files be', async () => {
    const files = await readMigrations(folderOf('0002_b.sql', '0001_a.sql', 'README.md'))
    expect(files.map(({ version, name }) => `${version} ${name}`)).toEqual(['1 a', '2 b'])
  })
  it.each([
    ['a gap', ['0001_a.sql', '0003_c.sql']],
    ['a doubled number', ['0001_a.sql', '0001_b.sql']],
    ['a name without a number', ['a.sql']],
  ])('refuses %s', async (_because, names) => {
    await expect(readMigrations(folderOf(...names))).rejects.toThrow(/must be named/)
  })
})
