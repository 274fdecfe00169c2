import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { type Tenant } from '../config.ts'

export type Pool = pg.Pool
export type PooledClient = pg.PoolClient
export type Client = pg.Client

export interface DatabaseAccess {
  database: Tenant['database']
  role: string
  /** The file that holds the role's password: read for every connection, so that a rotated one is followed. */
  passwordFile: string
  /** PEM; absent: the system's trust store. */
  ca: string | undefined
}

/**
 * Connection options without a connection string, whose `sslmode` changes its meaning between versions of pg.
 * `host` in `ssl` lets a certificate be checked against an IP address too.
 */
const connection = (access: DatabaseAccess): pg.ClientConfig => ({
  host: access.database.host,
  port: access.database.port,
  database: access.database.name,
  user: access.role,
  password: async () => (await readFile(access.passwordFile, 'utf8')).trim(),
  ssl:
    access.database.tls === 'disable'
      ? false
      : {
          rejectUnauthorized: true,
          minVersion: 'TLSv1.3',
          host: access.database.host,
          ...(access.ca === undefined ? {} : { ca: access.ca }),
        },
  application_name: 'kiavi-runtime',
  connectionTimeoutMillis: 3_000,
  keepAlive: true,
})

/** The serving container's connections. `onError` hears of connections that broke while nobody used them. */
export function openPool(access: DatabaseAccess, onError: (error: Error) => void): Pool {
  const pool = new pg.Pool({
    ...connection(access),
    max: access.database.poolSize,
    statement_timeout: 5_000,
    query_timeout: 6_000,
    idle_in_transaction_session_timeout: 10_000,
    idleTimeoutMillis: 30_000,
    // A connection is renewed now and then, so that it follows a server that moved.
    maxLifetimeSeconds: 1_800,
  })
  // Without this listener a server that ends an idle session ends the process.
  pool.on('error', onError)
  return pool
}

/** One connection, for the migration step. */
export async function openClient(access: DatabaseAccess, onError: (error: Error) => void): Promise<Client> {
  const client = new pg.Client(connection(access))
  client.on('error', onError)
  await client.connect()
  return client
}

/** PostgreSQL's unique_violation on the named constraint. */
export const violates = (error: unknown, constraint: string): boolean =>
  error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint
