import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DatabaseServer } from '../../../../operator/src/providers/database/port.ts'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { readMigrations } from '../../../../runtime/src/db/migration-files.ts'
import { migrate } from '../../../../runtime/src/db/migrator.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer, tenantOn, versions } from './tenant-database.ts'

const migrations = new URL('../../../../runtime/src/db/migrations/', import.meta.url)

describe.each(versions)('holdsPeople on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  let server: DatabaseServer
  let tenant: ReturnType<typeof tenantOn>
  const provider = createPostgresql({ random: randomBytes })
  const look = () => provider.holdsPeople(server, tenant.tenantID)
  const asOwner = async (sql: string, values: unknown[] = []) => {
    const { owner, database } = tenant.names
    const client = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    await client.query(sql, values)
    await client.end()
  }

  beforeAll(async () => {
    postgres = await startPostgres({ version })
    server = asServer(postgres)
    tenant = tenantOn(server, provider)
    await tenant.converge()
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
  })

  // One story, in order: the first person of a tenant.
  it('finds nobody before there is a schema, and before anybody signed up', async () => {
    expect(await look()).toBe(false)
    const { owner, database } = tenant.names
    const migrator = await postgres.connect({ user: owner, password: tenant.passwords.owner }, database)
    await migrate(migrator, await readMigrations(migrations))
    await migrator.end()
    expect(await look()).toBe(false)
  })

  it('finds that there is somebody, also while the tenant is fenced', async () => {
    await asOwner(
      `INSERT INTO auth.users (id, handle, name, created_at) VALUES (gen_random_uuid(), $1, 'Ada', now())`,
      [randomBytes(64)],
    )
    expect(await look()).toBe(true)
    const { tenantID, passwords } = tenant
    const observed = await provider.aside.observe(server, tenantID)
    const { installationID = '' } = observed.own?.marker ?? {}
    const of = { installationID, tenantID, restore: { namespace: 'customers', name: 'copy', uid: 'uid-1' } }
    await provider.aside.act(server, of, { do: 'fence', since: new Date() }, passwords)
    expect(await look()).toBe(true)
    await provider.aside.act(server, of, { do: 'unfence' }, passwords)
  })

  it('finds nobody again once they are gone and their place was cleared', async () => {
    await asOwner('DELETE FROM auth.users')
    expect(await look(), 'a row that was deleted may still lie there').toBe(true)
    await asOwner('VACUUM auth.users')
    expect(await look()).toBe(false)
  })
})
