import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { readMigrations } from '../../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../../runtime/src/db/migrator.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer, tenantOn, versions } from './tenant-database.ts'

const migrations = new URL('../../../../runtime/src/db/migrations/', import.meta.url)

describe.each(versions)('holdsPeople on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  const provider = createPostgresql({ random: randomBytes })
  beforeAll(async () => {
    postgres = await startPostgres({ version })
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
  })

  it('is no before anybody signed up, and yes from then on, asked by an administrator who reads no table', async () => {
    const server = asServer(postgres)
    const tenant = tenantOn(server, provider)
    const ask = () => provider.holdsPeople(server, tenant.tenantID)
    await tenant.converge()
    expect(await ask(), 'no table yet').toBe(false)
    const { database, owner } = tenant.names
    const sql = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    await migrate(sql, await readMigrations(migrations))
    expect(await ask(), 'nobody yet').toBe(false)
    await sql.query(
      `INSERT INTO auth.users (id, handle, name, created_at) VALUES (gen_random_uuid(), $1, 'Ada', now())`,
      [randomBytes(64)],
    )
    await sql.end()
    expect(await ask()).toBe(true)
  })
})
