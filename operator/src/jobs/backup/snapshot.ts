import { JobError } from '../../backups/errors.ts'
import { type TableShape, textSettings } from '../../backups/table-checksum.ts'
import { type Session } from '../../providers/database/connections.ts'
import { identifier } from '../../providers/database/quote.ts'
import { readSchemaVersion, readServerVersion, readTables } from '../check-tables.ts'

/** One moment of the database, for pg_dump and for our own counts. */
export interface Snapshot {
  /** For `pg_dump --snapshot`; good as long as the session's transaction is open. */
  id: string
  serverVersion: number
  schemaVersion: number
  tables: TableShape[]
  /** What the database takes on its disk: more than the bundle will. */
  databaseBytes: number
}

const tries = 5

/**
 * The advisory lock that the tenant's runtime migrates under (contract: test/contract/migration-lock.test.ts). Shared, it
 * makes a migration wait there, where nobody stands behind it, and not at a table, where every sign-in would.
 */
export const migrationLock = 0x6b69617669
/** For a migration that is under way. */
const migrationMs = 300_000

/**
 * Opens a transaction that sees one moment, with migrations kept out until the session ends. The tables are locked (against changes of their shape, not of their rows)
 * before the moment is chosen: what a migration rewrites is not kept for older snapshots, and would be dumped empty.
 */
export async function openSnapshot(session: Session): Promise<Snapshot> {
  await session.query(`SET lock_timeout = ${String(migrationMs)}`)
  await session.query('SELECT pg_advisory_lock_shared($1)', [migrationLock])
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = await readTables(session)
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await session.query("SET LOCAL lock_timeout = '30s'")
    for (const setting of textSettings) await session.query(setting)
    if (before.length > 0)
      await session.query(`LOCK TABLE ${before.map(named).join(', ')} IN ACCESS SHARE MODE`)
    // The moment is chosen here: neither SET nor LOCK takes a snapshot.
    const [row] = await session.query('SELECT pg_export_snapshot() AS id')
    const tables = await readTables(session)
    if (JSON.stringify(tables) === JSON.stringify(before)) {
      return {
        id: String(row?.['id']),
        serverVersion: await readServerVersion(session),
        schemaVersion: await readSchemaVersion(session, tables),
        tables,
        databaseBytes: await readSize(session),
      }
    }
    await session.query('ROLLBACK')
  }
  throw new JobError(
    'TOOL_FAILED',
    'A migration changed the tables again and again while the backup began. It is tried again later.',
  )
}

async function readSize(session: Session): Promise<number> {
  const [row] = await session.query('SELECT pg_database_size(current_database())::text AS bytes')
  return Number(row?.['bytes'])
}

const named = ({ schema, name }: TableShape) => `ONLY ${identifier(schema)}.${identifier(name)}`
