import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conninfo, passwordFile } from '../../../operator/src/jobs/conninfo.ts'
import { postgresClients } from '../postgres-clients.ts'
import { type PostgresServer } from '../postgres.ts'

/** Puts an archive of `pg_dump -Fc` into a database of its own, and drops it afterwards. `where`: for PostgreSQL's programs. */
export async function inScratchDatabase<T>(
  postgres: PostgresServer,
  archive: Buffer,
  work: (scratch: { database: string; where: string }) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-scratch-'))
  const database = `scratch_${String(process.pid)}`
  const { user: username, password } = postgres.superuser
  const sql = await postgres.connect(postgres.superuser)
  try {
    await sql.query(
      `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'`,
    )
    const files = { caFile: join(folder, 'ca.crt'), passwordFile: join(folder, 'pgpass') }
    writeFileSync(files.caFile, postgres.ca ?? '')
    writeFileSync(files.passwordFile, passwordFile(password), { mode: 0o600 })
    const { host, port } = postgres
    const where = `--dbname=${conninfo({ host, port, database, username, tls: 'verify-full', ...files })}`
    execFileSync(postgresClients().pgRestore, ['--no-owner', '--no-privileges', where], {
      input: archive,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return await work({ database, where })
  } finally {
    await sql.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    await sql.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
