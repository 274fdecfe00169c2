import { type PeerCertificate, checkServerIdentity } from 'node:tls'
import { isIP } from 'node:net'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { type DatabaseServer } from './port.ts'
import { DatabaseRefused } from './errors.ts'
import { databaseError } from './error-table.ts'

/** A session that runs SQL, and fails on the warnings by which PostgreSQL says "I did not do that". */
export interface Session {
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

export interface Login {
  database: string
  username: string
  password: string
}

const connectMillis = 5_000
const statementMillis = 10_000
/** CREATE DATABASE copies files and waits for a checkpoint. */
export const slowStatementMillis = 120_000
/** Per server: connections of the administrator that are kept, and sessions inside tenants' databases. */
const kept = 2
const visits = 4

/** 01006: "no privileges could be revoked"; 01007: "no privileges were granted". */
const undone = (code: string | undefined) => code === '01006' || code === '01007'

export interface Connections {
  /** A pooled session of the administrator in the maintenance database. */
  administer<T>(server: DatabaseServer, doing: string, work: (session: Session) => Promise<T>): Promise<T>
  /** A session of its own, ended afterwards. */
  visit<T>(
    server: DatabaseServer,
    login: Login,
    doing: string,
    work: (session: Session) => Promise<T>,
    slow?: boolean,
  ): Promise<T>
  close(): Promise<void>
}

/** Connections to any number of servers. One whose password or CA changed gets a fresh pool. */
export function createConnections(): Connections {
  const pools = new Map<
    string,
    { fingerprint: string; pool: pg.Pool; turns: <T>(work: () => Promise<T>) => Promise<T> }
  >()

  const entry = (server: DatabaseServer) => {
    const key = `${server.username}@${server.host}:${String(server.port)}/${maintenance(server)}`
    const fingerprint = createHash('sha256').update(JSON.stringify(server)).digest('hex')
    const found = pools.get(key)
    if (found?.fingerprint === fingerprint) return found
    void found?.pool.end()
    const login = { database: maintenance(server), username: server.username, password: server.password }
    const pool = new pg.Pool({
      ...clientOptions(server, login),
      max: kept,
      idleTimeoutMillis: 10_000,
      allowExitOnIdle: true,
    })
    // Without a listener, a broken idle connection would end the process. The next call notices by itself.
    pool.on('error', () => {})
    const made = { fingerprint, pool, turns: takeTurns(visits) }
    pools.set(key, made)
    return made
  }

  return {
    async administer(server, doing, work) {
      try {
        const client = await entry(server).pool.connect()
        let broken: Error | undefined
        try {
          return await work(session(client))
        } catch (error) {
          // The transaction may be open, or the connection dead: this client is not used again.
          broken = error as Error
          throw error
        } finally {
          client.removeAllListeners('notice')
          client.release(broken)
        }
      } catch (error) {
        throw databaseError(doing, server.host, error)
      }
    },
    visit(server, login, doing, work, slow = false) {
      return entry(server).turns(async () => {
        const client = new pg.Client(
          clientOptions(server, login, slow ? slowStatementMillis : statementMillis),
        )
        client.on('error', () => {})
        try {
          await client.connect()
          return await work(session(client))
        } catch (error) {
          throw databaseError(doing, server.host, error)
        } finally {
          await client.end().catch(() => {})
        }
      })
    },
    async close() {
      const ending = [...pools.values()].map(({ pool }) => pool.end())
      pools.clear()
      await Promise.all(ending)
    },
  }
}

/** All statements or none: one effect. */
export async function transaction(session: Session, statements: readonly string[]): Promise<void> {
  const [only] = statements
  if (statements.length === 1 && only !== undefined) {
    await session.query(only)
    return
  }
  await session.query('BEGIN')
  for (const statement of statements) await session.query(statement)
  await session.query('COMMIT')
}

export const maintenance = (server: DatabaseServer) => server.maintenanceDatabase ?? 'postgres'

function session(client: pg.ClientBase): Session {
  let warnings: string[] = []
  client.on('notice', ({ code, message = '' }) => {
    if (undone(code)) warnings.push(message)
  })
  return {
    async query(sql, values) {
      warnings = []
      const { rows } = await client.query<Record<string, unknown>>(sql, values)
      if (warnings.length === 0) return rows
      const mend = 'Somebody with more rights gave that right; only they, or a superuser, can change it.'
      throw new DatabaseRefused(`The server left it undone: ${warnings.join(', ')}. ${mend}`, {
        sqlState: '42501',
      })
    },
  }
}

/** TLS, names and limits are the same for every session of ours. */
export function clientOptions(
  server: DatabaseServer,
  login: Login,
  statement = statementMillis,
): pg.ClientConfig {
  return {
    host: server.host,
    port: server.port,
    database: login.database,
    user: login.username,
    password: login.password,
    ssl: server.tls === 'disable' ? false : tlsOptions(server),
    application_name: 'kiavi-operator',
    connectionTimeoutMillis: connectMillis,
    statement_timeout: statement,
    // The server's own limit comes first; this one is for a server that fell silent.
    query_timeout: statement + 5_000,
    keepAlive: true,
    // Names in catalogue texts come out qualified, and nobody's functions come before the system's.
    options: '-c search_path=pg_catalog',
  }
}

function tlsOptions({ host, ca }: DatabaseServer) {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // pg upgrades a socket that Node knows no host name of: say which one the certificate must have.
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate),
  } as const
}

/** At most `places` at a time; the others wait in the order in which they came. */
function takeTurns(places: number) {
  let free = places
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
