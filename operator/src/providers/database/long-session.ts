import { Socket } from 'node:net'
import pg from 'pg'
import { type Login, type Session, clientOptions } from './connections.ts'
import { databaseError } from './error-table.ts'
import { type DatabaseServer } from './port.ts'

interface Purpose {
  /** What fails when it fails: the beginning of the error's sentence. */
  doing: string
  /** What the server's own list of sessions shows. */
  applicationName: string
  /** Cuts the connection at once, in the midst of a statement too. */
  signal: AbortSignal
}

/** A session of its own for statements that take as long as the data are large: no limit but the signal. */
export async function longSession<T>(
  server: DatabaseServer,
  login: Login,
  { doing, applicationName, signal }: Purpose,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const socket = new Socket()
  const client = new pg.Client({
    ...clientOptions(server, login),
    statement_timeout: 0,
    query_timeout: 0,
    application_name: applicationName,
    keepAliveInitialDelayMillis: 10_000,
    stream: () => socket,
  })
  client.on('error', () => {})
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      signal.throwIfAborted()
      throw databaseError(doing, server.host, error)
    }
  }
  try {
    await asked(client.connect())
    return await work({
      query: async (sql, values) => (await asked(client.query<Record<string, unknown>>(sql, values))).rows,
    })
  } finally {
    signal.removeEventListener('abort', cut)
    // Says goodbye where somebody listens; where nobody does, the socket goes all the same.
    await Promise.race([
      client.end().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
    ])
    socket.destroy()
  }
}
