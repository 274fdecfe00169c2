import { type Session } from '../../providers/database/connections.ts'
import { identifier } from '../../providers/database/quote.ts'

/**
 * Ends all sessions. TRUNCATE: nobody is served meanwhile, and no dead rows are left behind for who signs in first. A later
 * table that refers to one of these makes it fail, and has to be named here.
 */
export async function voidSessions(session: Session): Promise<{ sessions: number; refreshTokens: number }> {
  const [row] = await session.query(
    `SELECT (SELECT count(*)::int FROM auth.sessions) AS sessions, (SELECT count(*)::int FROM auth.refresh_tokens) AS tokens`,
  )
  await session.query('TRUNCATE auth.refresh_tokens, auth.sessions')
  return { sessions: Number(row?.['sessions']), refreshTokens: Number(row?.['tokens']) }
}

/**
 * What was waiting to be sent was sent long ago, or is not to be sent twice: all of it goes but the journal's own rows of
 * the backup, which are only deleted by who has put them on record (twice is once there). Rows that this very transaction
 * made the journal's triggers write say nothing new, and go: so this comes last.
 */
export async function voidOutbox(session: Session): Promise<{ outbox: number }> {
  let outbox = 0
  for (const { name } of await session.query(outboxTables)) {
    const table = `outbox.${identifier(String(name))}`
    if (name === 'journal') {
      await session.query(`DELETE FROM ${table} WHERE xmin = pg_current_xact_id()::xid`)
      continue
    }
    const [row] = await session.query(
      `WITH gone AS (DELETE FROM ${table} RETURNING 1) SELECT count(*)::int AS n FROM gone`,
    )
    outbox += Number(row?.['n'])
  }
  return { outbox }
}

const outboxTables = `
  SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'outbox' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname`
