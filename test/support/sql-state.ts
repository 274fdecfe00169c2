/** Databases, roles and every right on a PostgreSQL server, in the form of cluster-state.ts. Passwords never. */
import { type Client } from 'pg'
import { type State } from './cluster-state.ts'
import { type PostgresServer } from './postgres.ts'

/** In an order that does not depend on a tenant's ID. */
const inOrder = (text: string) =>
  `json_agg(${text} ORDER BY regexp_replace(${text}, 'kiavi_[a-z0-9]{10}', 'kiavi_'))`
const sorted = (acl: string) => `(SELECT ${inOrder('a::text')} FROM unnest(${acl}) a)`

const roles = `
  SELECT 'role ' || r.rolname AS key, json_build_object(
    'login', r.rolcanlogin, 'superuser', r.rolsuper, 'createRole', r.rolcreaterole, 'createDatabase', r.rolcreatedb,
    'inherit', r.rolinherit, 'replication', r.rolreplication, 'bypass', r.rolbypassrls, 'limit', r.rolconnlimit,
    'until', r.rolvaliduntil,
    'memberOf', (SELECT ${inOrder("(m.roleid::regrole::text || ' admin=' || m.admin_option)")}
                 FROM pg_auth_members m WHERE m.member = r.oid),
    'settings', (SELECT ${inOrder("s.setdatabase || ' ' || one")}
      FROM pg_db_role_setting s, unnest(s.setconfig) one WHERE s.setrole = r.oid)
  )::text AS value FROM pg_roles r WHERE r.rolname !~ '^pg_'`

const databases = `
  SELECT 'database ' || d.datname AS key, json_build_object(
    'owner', d.datdba::regrole::text, 'connectable', d.datallowconn, 'limit', d.datconnlimit,
    'acl', ${sorted('d.datacl')},
    'comment', shobj_description(d.oid, 'pg_database')
  )::text AS value FROM pg_database d`

const inside = `
  SELECT 'schema ' || nspname AS key, json_build_object('owner', nspowner::regrole::text, 'acl', ${sorted('nspacl')})::text AS value
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL
  SELECT 'relation ' || relkind::text || ' ' || oid::regclass, json_build_object('owner', relowner::regrole::text, 'acl', ${sorted('relacl')})::text
    FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
      AND relkind <> 'i'
  UNION ALL
  SELECT 'default ' || defaclrole::regrole || ' ' || coalesce(defaclnamespace::regnamespace::text, '*') || ' ' || defaclobjtype::text, ${sorted('defaclacl')}::text
    FROM pg_default_acl`

const migrations = `SELECT 'migration ' || version AS key, name || ' ' || sha256 AS value FROM migrations.applied`

async function read(client: Client, query: string, state: State, prefix = ''): Promise<void> {
  const { rows } = await client.query<{ key: string; value: string | null }>(query)
  for (const { key, value } of rows) state.set(`${prefix}${key}`, value ?? '')
}

/** What one may be told of every database and role; and, inside, of those whose name `enters` accepts. */
export async function sqlState(
  server: PostgresServer,
  enters: (database: string) => boolean,
): Promise<State> {
  const state: State = new Map()
  const client = await server.connect(server.superuser)
  try {
    await read(client, roles, state)
    await read(client, databases, state)
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE datallowconn',
    )
    for (const { datname } of rows.filter(({ datname }) => enters(datname))) {
      const visitor = await server.connect(server.superuser, datname)
      try {
        await read(visitor, inside, state, `in ${datname} `)
        const { rows: applied } = await visitor.query(
          `SELECT to_regclass('migrations.applied') IS NOT NULL AS there`,
        )
        if ((applied as { there: boolean }[])[0]?.there === true)
          await read(visitor, migrations, state, `in ${datname} `)
      } finally {
        await visitor.end()
      }
    }
  } finally {
    await client.end()
  }
  return state
}

/** Databases of tenants that PUBLIC could enter at this moment. There must never be one. */
export async function openToPublic(server: PostgresServer): Promise<string[]> {
  const client = await server.connect(server.superuser)
  try {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database d WHERE datname LIKE 'kiavi\\_%' AND datallowconn AND (datacl IS NULL OR EXISTS
         (SELECT FROM aclexplode(datacl) a WHERE a.grantee = 0 AND a.privilege_type IN ('CONNECT', 'TEMPORARY', 'CREATE')))`,
    )
    return rows.map(({ datname }) => datname)
  } finally {
    await client.end()
  }
}
