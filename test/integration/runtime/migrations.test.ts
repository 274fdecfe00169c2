import { type Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaVersion } from '../../../runtime/src/db/schema-version.ts'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { makeTenant, type TenantFixture } from '../../support/tenant-runtime.ts'

let server: PostgresServer
let tenant: TenantFixture
let sql: Client
let turn = 0

beforeAll(async () => {
  server = await startPostgres({ version: 15 })
})
afterAll(() => server.stop())
beforeEach(async () => {
  turn += 1
  tenant = await makeTenant(server, `migration${turn}`)
  sql = await server.connect(server.superuser, tenant.database.name)
  return async () => {
    await sql.end()
    tenant.remove()
  }
})

const readiness = async () => {
  const response = await fetch(`${tenant.metricsUrl}/readyz`)
  return { status: response.status, ...((await response.json()) as object) }
}

describe('the migration step', () => {
  it('brings an empty database up once, also when two run at a time, and says the version last', async () => {
    const runs = await Promise.all([tenant.migrate(), tenant.migrate()])
    expect(
      runs.map(({ code, lines }) => [code, lines.at(-1)?.['msg'], lines.at(-1)?.['schemaVersion']]),
    ).toEqual([
      [0, 'migrated', schemaVersion],
      [0, 'migrated', schemaVersion],
    ])
    const { rows } = await sql.query('SELECT version, name FROM migrations.applied ORDER BY version')
    expect(rows).toEqual([
      { version: 1, name: 'passkeys' },
      { version: 2, name: 'account_events' },
      { version: 3, name: 'journal' },
    ])
  })

  it('refuses a schema that it does not know, or a file that changed, and touches nothing', async () => {
    await tenant.migrate()
    await sql.query("UPDATE migrations.applied SET sha256 = 'other'")
    const changed = await tenant.migrate()
    expect([changed.code, JSON.stringify(changed.lines)]).toEqual([1, expect.stringContaining('was changed')])
    await sql.query("INSERT INTO migrations.applied VALUES ($1, 'later', 'x')", [schemaVersion + 1])
    expect((await tenant.migrate()).code).toBe(1)
  })

  it('leaves nothing of a migration that failed half-way', async () => {
    await sql.query('CREATE TABLE auth.service_keys (in_the_way int)')
    expect((await tenant.migrate()).code).toBe(1)
    const { rows } = await sql.query("SELECT tablename FROM pg_tables WHERE schemaname = 'auth'")
    expect(rows).toEqual([{ tablename: 'service_keys' }])
  })
})

describe('the serving container', () => {
  it('is ready on the schema of the next version too, and not on an older one', async () => {
    await tenant.migrate()
    const runtime = await tenant.start()
    expect(await readiness()).toMatchObject({ status: 200, ready: true, schemaVersion })
    const next = schemaVersion + 1
    await sql.query("INSERT INTO migrations.applied VALUES ($1, 'later', 'x')", [next])
    expect(await readiness()).toMatchObject({ status: 200, ready: true, schemaVersion: next })
    await sql.query('DELETE FROM migrations.applied WHERE version >= $1', [schemaVersion])
    expect(await readiness()).toMatchObject({ status: 503, ready: false, schemaVersion: schemaVersion - 1 })
    await runtime.stop()
  })

  it('changes rows and never the schema', async () => {
    await tenant.migrate()
    const app = await server.connect(
      { user: tenant.database.appRole, password: tenant.database.passwords.app },
      tenant.database.name,
    )
    await expect(app.query('ALTER TABLE auth.users ADD COLUMN x int')).rejects.toThrow(/must be owner/)
    await expect(app.query('CREATE TABLE auth.x (x int)')).rejects.toThrow(/permission denied/)
    await expect(app.query('DELETE FROM migrations.applied')).rejects.toThrow(/permission denied/)
    await app.end()
  })
})
