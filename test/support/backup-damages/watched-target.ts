import { readFileSync } from 'node:fs'
import { type LabTenant } from '../backup-lab.ts'
import { type PostgresServer } from '../postgres.ts'

/** Sees every statement that would change a database, also one whose transaction was rolled back. */
export async function watchTarget(server: PostgresServer, { names }: LabTenant) {
  const client = await server.connect(server.superuser)
  // Tables, rows and rights: DDL, INSERT, COPY and the like.
  await client.query(`ALTER DATABASE ${names.database} SET log_statement = 'mod'`)
  await client.end()
  const begun = readFileSync(server.logFile, 'utf8').length
  const statement = new RegExp(`@${names.database} LOG:  (?:statement|execute [^:]*):`)
  return {
    /** How many there were. */
    changes: (): number =>
      readFileSync(server.logFile, 'utf8')
        .slice(begun)
        .split('\n')
        .filter((line) => statement.test(line)).length,
  }
}
