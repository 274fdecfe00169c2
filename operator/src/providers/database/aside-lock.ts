import { type Connections, type Session, maintenance } from './connections.ts'
import { DatabaseConflict } from './errors.ts'
import { type DatabaseServer } from './port.ts'

/**
 * A session of the administrator's own, with the tenant's advisory lock: of two operators, and of two steps, one at a
 * time. The lock ends with the session, however that ends.
 */
export function underLock<T>(
  connections: Connections,
  server: DatabaseServer,
  { tenantID, doing }: { tenantID: string; doing: string },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const login = { database: maintenance(server), username: server.username, password: server.password }
  return connections.visit(
    server,
    login,
    doing,
    async (session) => {
      const key = `kiavi_${tenantID}`
      const [row] = await session.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
        key,
      ])
      if (row?.['locked'] !== true)
        throw new DatabaseConflict(
          `${doing}: somebody else is at this tenant's databases; the operator tries again.`,
        )
      return work(session)
    },
    true,
  )
}
