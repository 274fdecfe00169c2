import { type PostgresServer } from '../postgres.ts'

/** `$1` people with a passkey and two sessions each, and what there is to know of them. */
export const addPeople = `
  WITH people AS (
    INSERT INTO auth.users (id, handle, name, created_at)
    SELECT gen_random_uuid(), sha256(n::text::bytea) || sha256((-n)::text::bytea), 'Zoë "' || n || '", \\N', now() - n * interval '1 s'
    FROM generate_series(1, $1::int) n RETURNING id
  ), keys AS (
    INSERT INTO auth.passkeys (credential_id, user_id, public_key, algorithm, sign_count, backup_eligible, backed_up,
                               transports, aaguid, created_at, last_used_at)
    SELECT uuid_send(gen_random_uuid()), id, uuid_send(gen_random_uuid()), -7, 3, true, false,
           '{internal,hybrid}', gen_random_uuid(), now(), now() FROM people
  )
  INSERT INTO auth.sessions (id, user_id, secret_hash, authenticated_at, created_at, last_seen_at, expires_at, ip, user_agent, country)
  SELECT gen_random_uuid(), id, CASE n WHEN 1 THEN sha256(uuid_send(gen_random_uuid())) END, now(), now(), now(),
         now() + interval '30 days', '2001:db8::1/128', CASE n WHEN 1 THEN '' END, 'FR' FROM people, generate_series(1, 2) n`

/** What a restore has to give back, by a count and a digest that are nobody's but this test's. */
export type Content = Record<string, { rows: number; digest: string }>

const tables = { users: 'id', passkeys: 'credential_id', audit_events: 'id' } as const

export async function contentOf(postgres: PostgresServer, database: string): Promise<Content> {
  const client = await postgres.connect(postgres.superuser, database)
  try {
    const content: Content = {}
    for (const [table, key] of Object.entries(tables)) {
      const { rows } = await client.query<{ rows: number; digest: string }>(
        `SELECT count(*)::int AS rows, coalesce(md5(string_agg(md5(t::text), '' ORDER BY ${key})), '') AS digest FROM auth.${table} t`,
      )
      content[table] = rows[0] ?? { rows: 0, digest: '' }
    }
    return content
  } finally {
    await client.end()
  }
}
