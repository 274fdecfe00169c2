import { type Session } from '../../providers/database/connections.ts'
import { identifier } from '../../providers/database/quote.ts'

/**
 * Ends what a copy must not go on with. What was waiting in the outbox was sent long ago, or is not to be sent twice: all
 * of it goes but the journal's own rows of the backup, which are only deleted by who has put them on record (twice is
 * once there). Rows that this very transaction made the journal's triggers write say nothing new, and go.
 */
export async function voidAll(
  session: Session,
): Promise<{ sessions: number; refreshTokens: number; outbox: number }> {
  const count = async (deletion: string) => {
    const sql = `WITH gone AS (${deletion} RETURNING 1) SELECT count(*)::int AS n FROM gone`
    const [row] = await session.query(sql)
    return Number(row?.['n'])
  }
  const refreshTokens = await count('DELETE FROM auth.refresh_tokens')
  const sessions = await count('DELETE FROM auth.sessions')
  let outbox = 0
  for (const { name } of await session.query(outboxTables)) {
    const table = `outbox.${identifier(String(name))}`
    if (name === 'journal') await session.query(`DELETE FROM ${table} WHERE xmin = pg_current_xact_id()::xid`)
    else outbox += await count(`DELETE FROM ${table}`)
  }
  return { sessions, refreshTokens, outbox }
}

const outboxTables = `
  SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'outbox' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname`
