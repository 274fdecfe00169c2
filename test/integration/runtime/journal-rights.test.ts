import { randomBytes, randomUUID } from 'node:crypto'
import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresql } from '../../../operator/src/providers/database/postgresql.ts'
import { readMigrations } from '../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../runtime/src/db/migrator.ts'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { asServer, tenantOn, versions } from '../providers/database/tenant-database.ts'

/** What the operator prepared, and what our own migrations made of it: neither would do alone. */
describe.each(versions)('the roles of a migrated tenant on PostgreSQL %i', (version) => {
  let server: PostgresServer
  let tenant: ReturnType<typeof tenantOn>
  const provider = createPostgresql({ random: randomBytes })
  const as = async <T>(role: 'owner' | 'app' | 'outbox' | 'backup', work: (client: Client) => Promise<T>) => {
    const login = { user: tenant.names[role], password: tenant.passwords[role] }
    const client = await server.connect(login, tenant.names.database)
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const denied = (client: Client, sql: string) =>
    expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' })
  const person = (client: Client, id: string) =>
    client.query("INSERT INTO auth.users (id, handle, name, created_at) VALUES ($1, $2, 'Ada', now())", [
      id,
      randomBytes(64),
    ])

  beforeAll(async () => {
    server = await startPostgres({ version })
    tenant = tenantOn(asServer(server), provider)
    await tenant.converge()
    const files = await readMigrations(new URL('../../../runtime/src/db/migrations/', import.meta.url))
    await as('owner', (client) => migrate(client, files))
  })
  afterAll(async () => {
    await provider.close()
    await server.stop()
  })

  it('are what the operator expects: it finds nothing to mend', async () => {
    expect(await tenant.plan()).toEqual({ steps: [], findings: [] })
  })

  it('let the serving role erase and hear of it, and neither read nor change the journal', async () => {
    await as('app', async (client) => {
      const id = randomUUID()
      await person(client, id)
      await client.query("UPDATE auth.users SET state = 'disabled' WHERE id = $1", [id])
      await client.query('BEGIN')
      await client.query('DELETE FROM auth.users WHERE id = $1', [id])
      const { rows } = await client.query<{ entry: string }>(
        "SELECT currval('outbox.journal_id_seq') AS entry",
      )
      await client.query('COMMIT')
      const ask = 'SELECT auth.journal_is_stored($1) AS stored'
      expect((await client.query(ask, [rows[0]!.entry])).rows).toEqual([{ stored: false }])
      for (const sql of [
        'SELECT * FROM outbox.journal',
        'DELETE FROM outbox.journal',
        "UPDATE outbox.journal SET kind = 'person_released'",
        'TRUNCATE auth.users CASCADE',
      ])
        await denied(client, sql)
      await expect(client.query('ALTER TABLE auth.users DISABLE TRIGGER user_erased')).rejects.toThrow(
        /owner/,
      )
    })
  })

  it('let the operator take entries over, and see nothing of people', async () => {
    await as('app', async (client) => {
      const id = randomUUID()
      await person(client, id)
      await client.query('DELETE FROM auth.users WHERE id = $1', [id])
    })
    await as('outbox', async (client) => {
      const { rows } = await client.query<{ id: string }>(
        'SELECT id, kind, subject, occurred_at FROM outbox.journal ORDER BY id',
      )
      expect(rows.length).toBeGreaterThan(0)
      const ids = rows.map(({ id }) => id)
      expect((await client.query('DELETE FROM outbox.journal WHERE id = ANY ($1)', [ids])).rowCount).toBe(
        ids.length,
      )
      for (const sql of [
        'SELECT * FROM auth.service_keys',
        'SELECT * FROM auth.erasure_receipts',
        "SELECT auth.journal_subject('x')",
        'SELECT auth.journal_is_stored(1)',
        "INSERT INTO outbox.journal (kind, subject) VALUES ('person_erased', sha256('x'))",
      ])
        await denied(client, sql)
    })
  })

  it('let the backup read every table', async () => {
    await as('backup', async (client) => {
      for (const table of ['outbox.journal', 'auth.erasure_receipts', 'auth.service_keys'])
        await client.query(`SELECT * FROM ${table}`)
    })
  })
})
