import { type Migration } from './migration-files.ts'

export interface AppliedMigration {
  version: number
  name: string
  sha256: string
}

/** The schema is not what these files say; a person must look. */
class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** Which migrations are still to be run; refuses a file that changed after it ran, and a newer schema. */
export function pendingMigrations(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  for (const past of applied) {
    const file = files[past.version - 1]
    if (file === undefined) {
      throw new MigrationRefused(
        `The database has migration ${past.version} (${past.name}), which this version does not know. Run a version at least as new as the one that wrote it.`,
      )
    }
    if (file.sha256 !== past.sha256) {
      throw new MigrationRefused(
        `Migration ${past.version} (${past.name}) was changed after it ran. Put the file back and write a new migration.`,
      )
    }
  }
  return files.slice(applied.length)
}
