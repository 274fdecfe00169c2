import { databaseNames } from '../../api/v1alpha1/names.ts'
import { type Connections } from './connections.ts'
import { type DatabaseServer } from './port.ts'

/** A table that nobody was ever written into has no block; one whose rows were all deleted has none once it was vacuumed. */
const query = `
  SELECT coalesce(bool_or(pg_relation_size(c.oid) > 0), false) AS "holdsPeople"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'auth' AND c.relname = 'users'`

/**
 * Whether there may be somebody in a tenant's own database. As the administrator, who reads no table of a tenant: asked
 * is how large it is.
 */
export async function holdsPeople(
  connections: Connections,
  server: DatabaseServer,
  tenantID: string,
): Promise<boolean> {
  const { database } = databaseNames(tenantID)
  const login = { database, username: server.username, password: server.password }
  const doing = `Looking whether database ${database} holds people`
  const [row] = await connections.visit(server, login, doing, (session) => session.query(query))
  return row?.['holdsPeople'] !== false
}
