import { type KeyObject, createSecretKey } from 'node:crypto'
import { JobError } from '../../backups/errors.ts'
import { type Session } from '../../providers/database/connections.ts'
import { longSession } from '../../providers/database/long-session.ts'
import { type JournalRow } from '../../providers/database/outbox-port.ts'
import { type DatabaseServer } from '../../providers/database/port.ts'
import { type JobIO } from '../job.ts'
import { type Deeds, deedsOf } from './deeds.ts'
import { type Found, findSubjects } from './find.ts'
import { voidOutbox, voidSessions } from './void.ts'

export interface ReplayOrder {
  server: Omit<DatabaseServer, 'username' | 'password' | 'maintenanceDatabase'>
  /** The database aside, with the schema of the image that will serve it. */
  database: string
  /** The owner role. */
  username: string
  password: string
  /** All that was journaled, in the order in which it happened. */
  journal: readonly JournalRow[]
}

export interface Replayed {
  /** Of the journal. */
  entries: number
  erased: number
  restricted: number
  released: number
  passkeys: number
  /** People who thereby have none left: they are there, and cannot sign in. */
  withoutPasskey: number
  sessions: number
  refreshTokens: number
  outbox: number
  /** Who is left. */
  users: number
}

/**
 * Does to a restored database what happened to people since, and ends what must not live on in a copy: sessions, refresh
 * tokens, what was waiting to be sent. One transaction; done twice, the second time finds nothing.
 */
export async function replay(order: ReplayOrder, io: JobIO): Promise<Replayed> {
  const deeds = deedsOf(order.journal)
  const server = { ...order.server, username: order.username, password: order.password }
  const purpose = {
    doing: 'Replaying the journal',
    applicationName: 'kiavi-replay',
    signal: io.signal,
  }
  return longSession(server, order, purpose, async (session) => {
    await session.query('BEGIN')
    // The owner role's own limit is for migrations; here much is computed between two statements.
    await session.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    io.progress({ table: 'auth.users' })
    const found = await findSubjects(session, deeds, await journalKey(session, order, deeds))
    const sessions = await voidSessions(session)
    const done = await redo(session, found)
    const outbox = await voidOutbox(session)
    const [row] = await session.query('SELECT count(*)::int AS users FROM auth.users')
    await session.query('COMMIT')
    return { entries: order.journal.length, ...done, ...sessions, ...outbox, users: Number(row?.['users']) }
  })
}

/** For a journal that names nobody. */
const noKey = createSecretKey(Buffer.alloc(32))

/** Made by the migration that made the journal; without it nobody is found, and whoever was erased would be back. */
async function journalKey(session: Session, { database }: ReplayOrder, deeds: Deeds): Promise<KeyObject> {
  if (deeds.erased.size + deeds.states.size + deeds.removed.size === 0) return noKey
  const [row] = await session.query("SELECT key FROM auth.service_keys WHERE name = 'journal'")
  const key = row?.['key']
  if (key instanceof Uint8Array && key.length >= 32) return createSecretKey(key)
  throw new JobError(
    'JOURNAL_KEYLESS',
    `Database ${database} has no key for the journal, so nobody can tell who was erased or restricted since: its schema is older than that. Apply the migrations of the tenant's image to it first; it must be one that knows the journal.`,
  )
}

async function redo(session: Session, { erased, disabled, active, passkeys }: Found) {
  const count = async (sql: string, values: unknown[]) => {
    const [row] = await session.query(
      `WITH done AS (${sql} RETURNING 1) SELECT count(*)::int AS n FROM done`,
      [values],
    )
    return Number(row?.['n'])
  }
  // Their passkeys go with them, and by the database's own trigger what the audit events say of them.
  const gone = await count('DELETE FROM auth.users WHERE id = ANY ($1::uuid[])', erased)
  const restricted = await count(
    "UPDATE auth.users SET state = 'disabled' WHERE id = ANY ($1::uuid[])",
    disabled,
  )
  const released = await count("UPDATE auth.users SET state = 'active' WHERE id = ANY ($1::uuid[])", active)
  const losers = await session.query(
    'DELETE FROM auth.passkeys WHERE credential_id = ANY ($1::bytea[]) RETURNING user_id',
    [passkeys],
  )
  const [row] = await session.query(
    `SELECT count(*)::int AS n FROM auth.users u
     WHERE u.id = ANY ($1::uuid[]) AND NOT EXISTS (SELECT FROM auth.passkeys p WHERE p.user_id = u.id)`,
    [losers.map((loser) => loser['user_id'])],
  )
  return {
    ...{ erased: gone, restricted, released, passkeys: losers.length },
    withoutPasskey: Number(row?.['n']),
  }
}
