import { z } from 'zod'
import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Connections } from './connections.ts'
import { DatabaseRefused } from './errors.ts'
import { type Outbox } from './outbox-port.ts'
import { isSqlState } from './sign-in.ts'

/**
 * The server's own statistics, which every role may read: a session that has written reports it within a second, or within
 * ten once it stands idle. They begin anew after a crash, and that is seen as a change.
 */
const writesQuery = `
  SELECT substring(d.datname FROM 7) AS "tenantID", concat_ws(' ', s.tup_inserted, s.stats_reset) AS written
  FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid
  WHERE d.datname ~ '^kiavi_[a-z][a-z0-9]{9}$'`

const readQuery = `
  SELECT id::text, kind, translate(encode(subject, 'base64'), E'+/=\\n', '-_') AS subject,
    to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
  FROM outbox.journal ORDER BY journal.id LIMIT $1`

const writeRows = z.array(z.object({ tenantID: z.string(), written: z.string() }))
const journalRows = z.array(
  z.object({
    id: z.string().regex(/^[1-9][0-9]{0,18}$/),
    kind: z.string().regex(/^[a-z][a-z_]{0,62}$/),
    at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    subject: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
)

/** The outbox of tenants' databases on real PostgreSQL servers. */
export function createOutbox(connections: Connections): Outbox {
  const loginOf = (tenantID: string, password: string) => {
    const { database, outbox } = databaseNames(tenantID)
    return { database, username: outbox, password }
  }
  return {
    async writes(server) {
      const doing = `Looking for news of tenants on ${server.host}`
      const rows = await connections.administer(server, doing, (session) => session.query(writesQuery))
      return new Map(writeRows.parse(rows).map(({ tenantID, written }) => [tenantID, written]))
    },
    async readJournal(server, tenantID, password, limit) {
      const login = loginOf(tenantID, password)
      const doing = `Reading the journal of ${login.database}`
      try {
        const rows = await connections.visit(server, login, doing, (session) =>
          session.query(readQuery, [limit]),
        )
        const parsed = journalRows.safeParse(rows)
        if (parsed.success) return parsed.data
        const mend = 'The tenant runs a newer version: upgrade the operator.'
        throw new DatabaseRefused(`${doing}: it holds what this version does not understand. ${mend}`)
      } catch (error) {
        // The schema is older, or not made yet.
        if (isSqlState(error, '42P01', '3F000')) return []
        throw error
      }
    },
    async takeJournal(server, tenantID, password, ids) {
      if (ids.length === 0) return
      const login = loginOf(tenantID, password)
      await connections.visit(server, login, `Acknowledging the journal of ${login.database}`, (session) =>
        session.query('DELETE FROM outbox.journal WHERE id = ANY ($1::bigint[])', [ids]),
      )
    },
  }
}
