import { type Client } from './pool.ts'
import { pendingMigrations, type AppliedMigration } from './migrate-plan.ts'
import { type Migration } from './migration-files.ts'

/** "kiavi" in ASCII: the advisory lock that lets one migrator work at a time in a database, and none during a backup. */
export const lockKey = 0x6b69617669

/**
 * Brings the schema up to the last file, each migration in a transaction of its own together with its record.
 * A second runner waits for the first and then finds nothing to do. Returns the schema's version.
 */
export async function migrate(client: Client, files: readonly Migration[]): Promise<number> {
  await client.query("SET lock_timeout = '60s'")
  await client.query('SELECT pg_advisory_lock($1)', [lockKey])
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS migrations.applied (
      version integer PRIMARY KEY,
      name text NOT NULL,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`)
    const { rows: applied } = await client.query<AppliedMigration>(
      'SELECT version, name, sha256 FROM migrations.applied ORDER BY version',
    )
    for (const migration of pendingMigrations(files, applied)) await run(client, migration)
    return files.length
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey])
  }
}

async function run(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(migration.sql)
    await client.query('INSERT INTO migrations.applied (version, name, sha256) VALUES ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.sha256,
    ])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`Migration ${migration.version} (${migration.name}) failed and was rolled back.`, {
      cause: error,
    })
  }
}
