/** A bundle as a person opens it who has the age tool and a key: no code of the product's. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conninfo, passwordFile } from '../../../operator/src/jobs/conninfo.ts'
import { ageTools, postgresClients } from '../postgres-clients.ts'
import { type PostgresServer } from '../postgres.ts'
import { type Content, contentOf } from './crowd.ts'

/** What comes out; throws with what age says where the key does not fit. */
export function openWithAge(bundle: Uint8Array, identity: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-opened-'))
  try {
    const [key, file] = [join(folder, 'identity'), join(folder, 'bundle.age')]
    writeFileSync(key, `${identity}\n`, { mode: 0o600 })
    writeFileSync(file, bundle)
    return execFileSync(ageTools().age, ['--decrypt', '--identity', key, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1024 ** 3,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Puts an archive into a database of its own, counts what is in it, and drops it. */
export async function contentOfArchive(postgres: PostgresServer, archive: Buffer): Promise<Content> {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-archive-'))
  const database = `opened_${String(process.pid)}`
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
    const where = conninfo({ host, port, database, username, tls: 'verify-full', ...files })
    execFileSync(postgresClients().pgRestore, ['--no-owner', '--no-privileges', `--dbname=${where}`], {
      input: archive,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return await contentOf(postgres, database)
  } finally {
    await sql.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    await sql.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
