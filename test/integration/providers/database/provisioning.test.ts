import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import { type DatabaseServer } from '../../../../operator/src/providers/database/port.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { anonymous, asServer, tenantOn, versions } from './tenant-database.ts'

/** What a migration makes: the shapes that grants differ on. */
const migration = `
  CREATE TABLE auth.users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
  CREATE TABLE auth.counted (id serial PRIMARY KEY);
  CREATE VIEW auth.names AS SELECT name FROM auth.users;
  CREATE FUNCTION auth.double(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';
  CREATE TABLE outbox.events (id bigserial PRIMARY KEY, kind text);
  CREATE TABLE migrations.applied (version int PRIMARY KEY, name text, sha256 text, applied_at timestamptz);
  INSERT INTO migrations.applied VALUES (1, 'first', 'x', now()), (2, 'second', 'y', now());`

describe.each(versions)('a tenant database on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  let server: DatabaseServer
  const provider = createPostgresql({ random: randomBytes })
  beforeAll(async () => {
    postgres = await startPostgres({ version })
    server = asServer(postgres)
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
  })

  const as = async <T>(
    user: string,
    password: string,
    database: string,
    work: (client: Client) => Promise<T>,
  ) => {
    const client = await postgres.connect({ user, password }, database)
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const refused = (client: Client, sql: string) =>
    expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' })

  it('comes to rest after one round, and a second plan is empty', async () => {
    const tenant = tenantOn(server, provider)
    const first = await tenant.plan()
    for (const step of first.steps) await tenant.act(step)
    expect(await tenant.plan()).toEqual({ steps: [], findings: [] })
  })

  it('reaches the same end from a crash after every step, also when that step is done twice', async () => {
    const reference = tenantOn(server, provider)
    const { steps } = await reference.plan()
    await reference.converge()
    const end = anonymous(await reference.observe(), reference.tenantID)
    for (let done = 0; done <= steps.length; done += 1) {
      const tenant = tenantOn(server, provider)
      const own = (await tenant.plan()).steps
      for (const step of own.slice(0, done)) await tenant.act(step)
      await tenant.converge()
      expect(
        anonymous(await tenant.observe(), tenant.tenantID),
        `crash after ${done} of ${steps.length}`,
      ).toEqual(end)
      // Making a role or a database again is refused as a conflict; every other step may be repeated.
      for (const step of own.filter((candidate) => !candidate.do.startsWith('create'))) await tenant.act(step)
      expect((await tenant.plan()).steps).toEqual([])
    }
  })

  it('keeps PUBLIC out after every single step', async () => {
    const tenant = tenantOn(server, provider)
    const client = await postgres.connect(postgres.superuser)
    try {
      for (const step of (await tenant.plan()).steps) {
        await tenant.act(step)
        const { rows } = await client.query<{ open: boolean }>(
          `SELECT datallowconn AND has_database_privilege('public', oid, 'CONNECT') AS open
           FROM pg_database WHERE datname = $1`,
          [tenant.names.database],
        )
        expect(rows[0]?.open ?? false, step.do).toBe(false)
      }
    } finally {
      await client.end()
    }
  })

  it('gives each role what it needs on the tables of a migration, and nothing more', async () => {
    const tenant = tenantOn(server, provider)
    await tenant.converge()
    const { names, passwords } = tenant
    await as(names.owner, passwords.owner, names.database, (client) => client.query(migration))
    expect(await tenant.plan(), 'what the migration made carries its grants already').toEqual({
      steps: [],
      findings: [],
    })
    expect((await tenant.observe()).database?.inside?.schemaVersion).toBe(2)

    await as(names.app, passwords.app, names.database, async (client) => {
      await client.query(`INSERT INTO auth.users (name) VALUES ('a')`)
      await client.query('INSERT INTO auth.counted DEFAULT VALUES')
      await client.query(`UPDATE auth.users SET name = 'b'`)
      await client.query('SELECT name, auth.double(id) FROM auth.users')
      await client.query(`INSERT INTO outbox.events (kind) VALUES ('x')`)
      await client.query('SELECT version FROM migrations.applied')
      await refused(client, 'SELECT * FROM outbox.events')
      await refused(client, 'DELETE FROM migrations.applied')
      await refused(client, 'TRUNCATE auth.users')
      await refused(client, 'CREATE TABLE auth.more (id int)')
      await refused(client, 'CREATE SCHEMA more')
      await refused(client, 'CREATE TEMPORARY TABLE more (id int)')
    })
    await as(names.backup, passwords.backup, names.database, async (client) => {
      for (const table of ['auth.users', 'auth.users_id_seq', 'outbox.events', 'migrations.applied'])
        await client.query(`SELECT * FROM ${table}`)
      await expect(client.query('DELETE FROM auth.users')).rejects.toMatchObject({ code: /25006|42501/ })
      await refused(client, 'SELECT auth.double(1)')
    })
    await as(names.outbox, passwords.outbox, names.database, async (client) => {
      await client.query('SELECT * FROM migrations.applied')
      await client.query('DELETE FROM outbox.events WHERE id = 1')
      await refused(client, 'SELECT * FROM auth.users')
      await refused(client, 'SELECT auth.double(1)')
    })
  })

  it('lets neither the administrator nor another tenant read people', async () => {
    const tenant = tenantOn(server, provider)
    const other = tenantOn(server, provider)
    await tenant.converge()
    await other.converge()
    const { names, passwords } = tenant
    await as(names.owner, passwords.owner, names.database, (client) => client.query(migration))
    await as(server.username, server.password, names.database, async (client) => {
      await refused(client, 'SELECT * FROM auth.users')
      await refused(client, 'SELECT * FROM outbox.events')
      await refused(client, `SET ROLE ${version === 15 ? names.app : names.owner}`)
    })
    await expect(
      postgres.connect({ user: other.names.app, password: other.passwords.app }, names.database),
    ).rejects.toMatchObject({
      code: '42501',
    })
  })

  it('stores verifiers that the passwords open, and writes no password to its statement log', async () => {
    const client = await postgres.connect(postgres.superuser)
    await client.query(`ALTER SYSTEM SET log_statement = 'all'`)
    await client.query('SELECT pg_reload_conf()')
    await client.end()
    // The server takes it up a moment later.
    await expect
      .poll(
        async () => {
          const later = await postgres.connect(postgres.superuser)
          const { rows } = await later.query<{ log_statement: string }>('SHOW log_statement')
          await later.end()
          return rows[0]?.log_statement
        },
        { timeout: 10_000 },
      )
      .toBe('all')
    const tenant = tenantOn(server, provider)
    await tenant.converge()
    await tenant.act({ do: 'setPassword', role: 'app' })
    const log = readFileSync(postgres.logFile, 'utf8')
    expect(log).toContain(`CREATE ROLE "${tenant.names.app}"`)
    for (const password of Object.values(tenant.passwords)) expect(log).not.toContain(password)
    for (const role of ['owner', 'app', 'backup', 'outbox'] as const) {
      expect(await provider.signsIn(server, tenant.tenantID, role, tenant.passwords[role])).toBe(true)
      expect(await provider.signsIn(server, tenant.tenantID, role, `${tenant.passwords[role]}x`)).toBe(false)
    }
  })

  it('finds its databases by their markers, and what is open to PUBLIC', async () => {
    const tenant = tenantOn(server, provider)
    await tenant.converge()
    const { database } = tenant.names
    expect(await provider.marked(server)).toContainEqual({
      database,
      marker: tenant.wanted.marker,
      connectionLimit: 12,
    })
    expect(await provider.openToPublic(server)).toEqual(['postgres', 'template1'])
  })
})
