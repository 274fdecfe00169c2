import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Connections, type Login } from './connections.ts'
import { DatabaseConflict, DatabaseRefused, DatabaseUnreachable } from './errors.ts'
import { type DatabaseServer, type TenantRole } from './port.ts'

/** Does the password open a session? `undefined` when the server refused for another reason than the password. */
export async function signsIn(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
  role: TenantRole,
  password: string,
): Promise<boolean | undefined> {
  const names = databaseNames(tenantID)
  const login = { database: names.database, username: names[role], password }
  try {
    await connections.visit(server, login, `Signing in as ${names[role]}`, (session) =>
      session.query('SELECT 1'),
    )
    return true
  } catch (error) {
    if (isSqlState(error, '28P01')) return false
    if (error instanceof DatabaseRefused || isSqlState(error, '53300', '55000')) return undefined
    throw error
  }
}

/**
 * Is it this role's password? The server says so before it looks at the database, which may be closed to this role or to
 * all. `undefined` when it refused for another reason.
 */
export async function passwordFits(
  connections: Connections,
  server: DatabaseServer,
  login: Login,
): Promise<boolean | undefined> {
  try {
    await connections.visit(server, login, `Signing in as ${login.username}`, (session) =>
      session.query('SELECT 1'),
    )
    return true
  } catch (error) {
    if (isSqlState(error, '28P01')) return false
    if (isSqlState(error, '42501', '55000')) return true
    if (error instanceof DatabaseRefused) return undefined
    throw error
  }
}

export function isSqlState(error: unknown, ...states: string[]): boolean {
  const ours =
    error instanceof DatabaseRefused ||
    error instanceof DatabaseUnreachable ||
    error instanceof DatabaseConflict
  return ours && error.sqlState !== undefined && states.includes(error.sqlState)
}
