import { setTimeout as sleep } from 'node:timers/promises'
import { type Session } from './connections.ts'
import { DatabaseConflict } from './errors.ts'
import { identifier } from './quote.ts'

/** $2: names of roles; null: anybody. The server's own helpers have no role. */
const sessionsQuery = `
  SELECT usename::text AS role, count(*)::int AS sessions FROM pg_stat_activity
  WHERE datname = $1 AND usesysid IS NOT NULL AND ($2::text[] IS NULL OR usename = ANY ($2))
  GROUP BY usename ORDER BY usename`

const endQuery =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user'

/** How long sessions may take to end, in milliseconds, and how often it is looked whether they did. */
const waitMs = 8_000
const lookEveryMs = 100

/** Ends the sessions of these roles in a database, and returns when they are gone. */
export async function endSessions(
  session: Session,
  database: string,
  roles: readonly string[],
): Promise<void> {
  await end(session, database, roles)
  await untilGone(session, database, roles)
}

/** The same, and returns when nobody at all is left, though only these roles' sessions and its own can be ended. */
export async function emptyDatabase(
  session: Session,
  database: string,
  roles: readonly string[],
): Promise<void> {
  await end(session, database, roles)
  await session.query(endQuery, [database])
  await untilGone(session, database, undefined)
}

/**
 * The administrator need not be a superuser, and is no member of these roles. It takes one for a moment, in a transaction
 * that is then undone: nobody else ever sees it have it.
 */
async function end(session: Session, database: string, roles: readonly string[]): Promise<void> {
  for (const { role } of await session.query(sessionsQuery, [database, roles])) {
    const name = identifier(String(role))
    await session.query('BEGIN')
    await session.query(`GRANT ${name} TO CURRENT_USER`)
    await session.query(`SET LOCAL ROLE ${name}`)
    await session.query(endQuery, [database])
    await session.query('ROLLBACK')
  }
}

async function untilGone(
  session: Session,
  database: string,
  roles: readonly string[] | undefined,
): Promise<void> {
  for (let waited = 0; ; waited += lookEveryMs) {
    const left = await session.query(sessionsQuery, [database, roles ?? null])
    if (left.length === 0) return
    if (waited >= waitMs) {
      const who = left.map(({ role, sessions }) => `${String(role)} (${String(sessions)})`).join(', ')
      throw new DatabaseConflict(
        `Sessions are still in database ${database}: ${who}. The operator tries again; end those that are not its own.`,
      )
    }
    await sleep(lookEveryMs)
  }
}
