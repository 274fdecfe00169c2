import { configPaths, readTenantFiles } from './config-files.ts'
import { loadSettings } from './config.ts'
import { readMigrations } from './db/migration-files.ts'
import { migrate } from './db/migrator.ts'
import { openClient } from './db/pool.ts'
import { createLog } from './telemetry/log.ts'

/** The migration step: runs with the owner's credential, which the serving container never sees. Gives the exit code. */
export async function runMigration(
  env: Readonly<Record<string, string | undefined>>,
  migrationsFolder: URL,
): Promise<number> {
  const settings = loadSettings(env)
  const log = createLog(settings.logLevel)
  try {
    const { tenant, databaseCA } = await readTenantFiles(settings.configDir)
    const migrations = await readMigrations(migrationsFolder)
    const client = await openClient(
      {
        database: tenant.database,
        role: tenant.database.ownerRole,
        passwordFile: configPaths(settings.configDir).databaseOwner,
        ca: databaseCA,
      },
      (error) => log.warn({ err: error }, 'database connection lost'),
    )
    try {
      const schemaVersion = await migrate(client, migrations)
      log.info({ schemaVersion }, 'migrated')
    } finally {
      await client.end()
    }
    return 0
  } catch (error) {
    log.error({ err: error }, 'migration failed')
    return 1
  }
}
