import { type TableFacts, tableKey } from '../backups/manifest.ts'
import { type TableShape, checksumSql, tableFacts, tablesSql } from '../backups/table-checksum.ts'
import { type Session } from '../providers/database/connections.ts'
import { schemas } from '../providers/database/expected-grants.ts'
import { identifier } from '../providers/database/quote.ts'

/** The tenant's tables as the session sees them now. */
export async function readTables(session: Session): Promise<TableShape[]> {
  const rows = await session.query(tablesSql, [schemas])
  return rows as unknown as TableShape[]
}

/** Counts and checksums of all of them, in the session's snapshot and under its settings. */
export async function checkTables(
  session: Session,
  tables: readonly TableShape[],
  checking: (table: string) => void,
): Promise<TableFacts[]> {
  const facts: TableFacts[] = []
  for (const table of tables) {
    checking(`${table.schema}.${table.name}`)
    const [row = {}] = await session.query(checksumSql(table, identifier))
    facts.push(tableFacts(table, row))
  }
  return facts
}

/** The newest migration that was applied; 0 where there is none. */
export async function readSchemaVersion(session: Session, tables: readonly TableShape[]): Promise<number> {
  const applied = tableKey({ schema: 'migrations', name: 'applied' })
  if (!tables.some((table) => tableKey(table) === applied)) return 0
  const [row] = await session.query(
    'SELECT coalesce(max(version), 0)::int AS version FROM migrations.applied',
  )
  return Number(row?.['version'])
}

/** `server_version_num`: 180004. */
export async function readServerVersion(session: Session): Promise<number> {
  const [row] = await session.query("SELECT current_setting('server_version_num')::int AS version")
  return Number(row?.['version'])
}
