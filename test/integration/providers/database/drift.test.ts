import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresql } from '../../../../operator/src/providers/database/postgresql.ts'
import {
  type DatabaseObserved,
  type DatabaseServer,
} from '../../../../operator/src/providers/database/port.ts'
import { type PostgresServer, startPostgres } from '../../../support/postgres.ts'
import { asServer, tenantOn, versions } from './tenant-database.ts'

/** `$id` stands for the tenant's prefix, `$me` for the administrator. Run as superuser unless said otherwise. */
interface Drift {
  sql: string
  /** Seen from outside the database, and so by `sweep`. */
  outside: boolean
}
const outside = (sql: string): Drift => ({ sql, outside: true })
const inside = (sql: string): Drift => ({ sql, outside: false })

const drifts: Drift[] = [
  outside('GRANT CONNECT ON DATABASE $id TO PUBLIC'),
  outside('GRANT TEMPORARY ON DATABASE $id TO PUBLIC'),
  outside('GRANT CONNECT ON DATABASE $id TO stranger WITH GRANT OPTION'),
  outside('GRANT CREATE ON DATABASE $id TO $id_app'),
  outside('REVOKE CONNECT ON DATABASE $id FROM $id_app'),
  outside('REVOKE CREATE ON DATABASE $id FROM $id_owner'),
  outside('REVOKE ALL ON DATABASE $id FROM $me'),
  outside('ALTER DATABASE $id CONNECTION LIMIT -1'),
  outside('ALTER DATABASE $id ALLOW_CONNECTIONS false'),
  outside('ALTER ROLE $id_app NOLOGIN'),
  outside('ALTER ROLE $id_app CREATEDB'),
  outside('ALTER ROLE $id_app CREATEROLE'),
  outside('ALTER ROLE $id_owner INHERIT'),
  outside('ALTER ROLE $id_app CONNECTION LIMIT 0'),
  outside(`ALTER ROLE $id_backup VALID UNTIL '2001-01-01'`),
  outside('ALTER ROLE $id_app RESET statement_timeout'),
  outside(`ALTER ROLE $id_app SET search_path = 'public'`),
  outside(`ALTER ROLE $id_backup SET work_mem = '1MB'`),
  outside(`ALTER ROLE $id_backup IN DATABASE $id SET default_transaction_read_only = off`),
  outside('SET ROLE $me; GRANT $id_owner TO $id_app'),
  outside('SET ROLE $me; GRANT $id_owner TO $me'),
  outside('SET ROLE $me; GRANT $id_app TO stranger WITH ADMIN OPTION'),
  // A password cannot be seen from outside: only the sign-in of the full look finds it.
  inside(`ALTER ROLE $id_app PASSWORD 'somebody-elses'`),
  inside(`ALTER ROLE $id_owner PASSWORD NULL`),
  inside('GRANT USAGE ON SCHEMA auth TO PUBLIC'),
  inside('GRANT CREATE ON SCHEMA auth TO $id_app'),
  inside('REVOKE USAGE ON SCHEMA auth FROM $id_app'),
  inside('REVOKE ALL ON SCHEMA outbox FROM $id_owner'),
  inside('GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC'),
  inside('GRANT USAGE ON SCHEMA public TO stranger'),
  inside('GRANT SELECT ON auth.users TO stranger'),
  inside('GRANT SELECT ON auth.users TO $id_outbox'),
  inside('GRANT SELECT (name), UPDATE (name) ON auth.users TO stranger'),
  inside('GRANT TRUNCATE ON auth.users TO $id_app'),
  inside('GRANT SELECT ON auth.users TO $me'),
  inside('REVOKE INSERT ON auth.users FROM $id_app'),
  inside('REVOKE ALL ON auth.users FROM $id_owner'),
  inside('REVOKE SELECT ON migrations.applied FROM $id_outbox'),
  inside('GRANT USAGE ON SEQUENCE auth.users_id_seq TO stranger'),
  inside('GRANT EXECUTE ON FUNCTION auth.double(integer) TO PUBLIC'),
  inside('REVOKE EXECUTE ON FUNCTION auth.double(integer) FROM $id_app'),
  inside('ALTER DEFAULT PRIVILEGES FOR ROLE $id_owner GRANT SELECT ON TABLES TO stranger'),
  inside('ALTER DEFAULT PRIVILEGES FOR ROLE $id_owner IN SCHEMA auth GRANT SELECT ON TABLES TO stranger'),
  inside(
    'ALTER DEFAULT PRIVILEGES FOR ROLE $id_owner IN SCHEMA auth REVOKE SELECT ON TABLES FROM $id_backup',
  ),
  inside('ALTER DEFAULT PRIVILEGES FOR ROLE $id_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC'),
  inside(
    'GRANT SELECT ON auth.users TO $id_app WITH GRANT OPTION; SET ROLE $id_app; GRANT SELECT ON auth.users TO stranger',
  ),
  inside('DROP OWNED BY $id_backup; DROP ROLE $id_backup'),
]

const migration = `
  CREATE TABLE auth.users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
  CREATE FUNCTION auth.double(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';
  CREATE TABLE migrations.applied (version int PRIMARY KEY);`

describe.each(versions)('drift on PostgreSQL %i', (version) => {
  let postgres: PostgresServer
  let server: DatabaseServer
  const provider = createPostgresql({ random: randomBytes })
  let tenant: Awaited<ReturnType<typeof provisioned>>
  let right: DatabaseObserved

  /** The database may be closed, or shut to everybody: the superuser's maintenance session does what lies outside. */
  const disturb = async (
    { sql, outside: fromOutside }: Drift,
    on: { names: { database: string } } = tenant,
  ) => {
    const client = await postgres.connect(postgres.superuser, fromOutside ? 'postgres' : on.names.database)
    try {
      await client.query(sql.replaceAll('$id', on.names.database).replaceAll('$me', server.username))
    } finally {
      await client.end()
    }
  }
  const provisioned = async () => {
    const made = tenantOn(server, provider)
    await made.converge()
    const client = await postgres.connect(
      { user: made.names.owner, password: made.passwords.owner },
      made.names.database,
    )
    await client.query(migration)
    await client.end()
    return { ...made, before: { ...made.wanted, provisionedBefore: true } }
  }

  beforeAll(async () => {
    postgres = await startPostgres({ version })
    server = asServer(postgres)
    const client = await postgres.connect(postgres.superuser)
    await client.query('CREATE ROLE stranger')
    await client.end()
    tenant = await provisioned()
    right = await tenant.observe()
  })
  afterAll(async () => {
    await provider.close()
    await postgres.stop()
  })

  it.each(drifts)('puts back: $sql', async (drift) => {
    const digest = (await provider.sweep(server)).get(tenant.tenantID)
    await disturb(drift)
    if (drift.outside) expect((await provider.sweep(server)).get(tenant.tenantID), 'swept').not.toBe(digest)
    expect(await tenant.converge(tenant.before)).not.toEqual([])
    expect(await tenant.observe()).toEqual(right)
  })

  const beyond: { sql: string; only?: number; words: string }[] = [
    { sql: 'ALTER ROLE $id_app SUPERUSER', words: 'superuser' },
    { sql: 'ALTER ROLE $id_app BYPASSRLS', words: 'SQLSTATE 42501' },
    { sql: `ALTER ROLE $id_app SET log_statement = 'none'`, words: 'log_statement' },
    { sql: 'GRANT pg_read_all_data TO $id_app', only: 18, words: 'pg_read_all_data' },
    { sql: 'GRANT $id_owner TO stranger', only: 18, words: 'stranger' },
  ]
  it.each(beyond.filter(({ only }) => only === undefined || only === version))(
    'says what a superuser must undo, and does not call it done: $sql',
    async ({ sql, words }) => {
      const own = await provisioned()
      await disturb(outside(sql), own)
      await expect(own.converge(own.before)).rejects.toMatchObject({
        name: 'DatabaseRefused',
        sqlState: '42501',
        message: expect.stringContaining(words) as string,
      })
      // The same steps by an administrator who may: put right.
      const root = { ...server, username: postgres.superuser.user, password: postgres.superuser.password }
      for (const step of (await own.plan(own.before)).steps)
        await provider.act(root, own.tenantID, step, own.passwords)
      expect(await own.plan(own.before)).toEqual({ steps: [], findings: [] })
    },
  )

  it('makes nothing in the place of a lost database', async () => {
    const own = await provisioned()
    await disturb(outside('DROP DATABASE $id WITH (FORCE)'), own)
    const plan = await own.plan(own.before)
    expect(plan).toMatchObject({ steps: [], findings: [{ reason: 'DatabaseLost' }] })
  })

  it.each([
    { sql: 'COMMENT ON DATABASE $id IS NULL', outside: true, because: 'its marker is gone' },
    { sql: `COMMENT ON DATABASE $id IS 'mine'`, outside: true, because: 'somebody marked it' },
    { sql: 'DROP SCHEMA auth CASCADE', outside: false, because: 'its tables are gone' },
  ])('touches nothing when $because', async ({ because, ...drift }) => {
    const own = await provisioned()
    await disturb(drift, own)
    expect(await own.plan(own.before), because).toMatchObject({
      steps: [],
      findings: [{ reason: 'DatabaseLost' }],
    })
  })

  it('takes its own marker back from what the finding says to do', async () => {
    const own = await provisioned()
    await disturb(outside('COMMENT ON DATABASE $id IS NULL'), own)
    const { findings } = await own.plan(own.before)
    const mend = /COMMENT ON DATABASE .*;$/.exec(findings[0]?.message ?? '')?.[0]
    await disturb(outside(mend ?? ''), own)
    expect(await own.plan(own.before)).toEqual({ steps: [], findings: [] })
  })

  it('leaves a database of somebody else alone', async () => {
    const own = tenantOn(server, provider)
    await disturb(outside('CREATE DATABASE $id'), own)
    expect(await own.plan()).toMatchObject({ steps: [], findings: [{ reason: 'NameConflict' }] })
  })

  it('says what to do when the database belongs to another role', async () => {
    const own = await provisioned()
    await disturb(outside('ALTER DATABASE $id OWNER TO stranger'), own)
    const plan = await own.plan(own.before)
    expect(plan).toMatchObject({ steps: [], findings: [{ reason: 'DatabaseNotOwned' }] })
    await disturb(outside(/ALTER DATABASE .*;$/.exec(plan.findings[0]?.message ?? '')?.[0] ?? ''), own)
    await own.converge(own.before)
    expect(await own.plan(own.before)).toEqual({ steps: [], findings: [] })
  })

  it('names what lies in its schemas and is not the owner role’s', async () => {
    const own = await provisioned()
    await disturb(inside('CREATE TABLE auth.stray (id int)'), own)
    const plan = await own.plan(own.before)
    expect(plan.steps).toEqual([])
    expect(plan.findings).toMatchObject([
      { reason: 'ForeignObjects', message: expect.stringContaining('auth.stray (postgres)') as string },
    ])
  })
})
