import { z } from 'zod'
import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Connections } from './connections.ts'
import { DatabaseRefused } from './errors.ts'
import { type JournalRow, type Outbox } from './outbox-port.ts'
import { type DatabaseServer } from './port.ts'
import { isSqlState } from './sign-in.ts'

/** "kiav", "jour" in ASCII: the advisory lock that a session holds, shared, while a request waits for the journal. */
export const waitingLock = [0x6b696176, 0x6a6f7572] as const

/** Advisory locks of every database are seen from any; `objsubid` 2: a lock of two numbers. */
const signsQuery = `
  SELECT substring(d.datname FROM 7) AS "tenantID",
    EXISTS (
      SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
        AND l.database = d.oid AND l.classid = $1 AND l.objid = $2) AS waiting,
    concat_ws(' ', s.tup_inserted, s.stats_reset) AS written
  FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid
  WHERE d.datname ~ '^kiavi_[a-z][a-z0-9]{9}$'`

const readQuery = `
  SELECT id::text, kind, translate(encode(subject, 'base64'), E'+/=\\n', '-_') AS subject,
    to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
  FROM outbox.journal ORDER BY journal.id LIMIT $1`

const signRows = z.array(z.object({ tenantID: z.string(), waiting: z.boolean(), written: z.string() }))
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
    async signs(server) {
      const doing = `Looking for news of tenants on ${server.host}`
      const rows = await connections.administer(server, doing, (session) =>
        session.query(signsQuery, [...waitingLock]),
      )
      return new Map(
        signRows.parse(rows).map(({ tenantID, waiting, written }) => [tenantID, { waiting, written }]),
      )
    },
    async readJournal(server: DatabaseServer, tenantID, password, limit): Promise<JournalRow[]> {
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
