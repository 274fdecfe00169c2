import { type TenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { DatabaseRefused, DatabaseUnreachable } from '../../../providers/database/errors.ts'
import { type DatabaseServer, type Passwords } from '../../../providers/database/port.ts'
import { type DatabaseSeen } from '../observed.ts'
import { type TenantPorts } from '../ports.ts'
import { connectionsAsked } from '../plan/growth.ts'
import { type Tenant } from '../tenant.ts'

interface About {
  tenant: Tenant
  class: TenantClassSpec
  passwords?: Passwords | undefined
}

/** The tenant's database as it is; or, before there is an ID, what is marked on the server. */
export async function observeDatabase(
  { database }: Pick<TenantPorts, 'database'>,
  server: DatabaseServer,
  { tenant, class: tenantClass, passwords }: About,
): Promise<DatabaseSeen> {
  const { spec, status } = tenant
  const { tenantID, database: recorded } = status
  const { maxConnections } = tenantClass.database
  try {
    if (tenantID === undefined) {
      const observed = { serverVersion: 0, administrator: server.username, roles: {} }
      return { state: 'seen', observed, marked: await database.marked(server), open: [] }
    }
    const [observed, open] = await Promise.all([
      database.observe(server, tenantID, passwords),
      database.openToPublic(server),
    ])
    // Everybody's limits count only for who is not yet let in, or grows.
    const asked = spec ? connectionsAsked({ spec, class: tenantClass }) : 0
    const more = recorded?.provisionedAt === undefined || asked > (observed.database?.connectionLimit ?? 0)
    const marked = maxConnections !== undefined && more ? await database.marked(server) : undefined
    return { state: 'seen', observed, marked, open }
  } catch (error) {
    if (error instanceof DatabaseUnreachable) {
      const message = `${error.message} It is asked again until it answers.`
      return { state: 'unreachable', finding: { reason: 'DatabaseUnreachable', message } }
    }
    if (error instanceof DatabaseRefused) {
      return { state: 'unreachable', finding: { reason: 'DatabaseRefused', message: error.message } }
    }
    throw error
  }
}
