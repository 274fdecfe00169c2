import { appConnectionLimit } from './connection-budget.ts'
import { type RoleAttributes, type TenantRole } from './port.ts'

export const tenantRoles = ['owner', 'app', 'backup', 'outbox'] as const satisfies TenantRole[]

/** Each role logs in, and may do nothing beyond what it is granted. */
export function roleAttributes(role: TenantRole, databaseLimit: number): RoleAttributes {
  return {
    login: true,
    superuser: false,
    createRole: false,
    createDatabase: false,
    bypassRowSecurity: false,
    replication: false,
    inherit: false,
    connectionLimit: role === 'app' ? appConnectionLimit(databaseLimit) : -1,
    everlasting: true,
  }
}

/**
 * What a session of each role starts with, sorted. The owner has no statement timeout: a migration may take long.
 * The backup role has no timeout at all: pg_dump stands idle in its transaction while the store is slow.
 */
export const roleSettings: Record<TenantRole, readonly string[]> = {
  owner: ['idle_in_transaction_session_timeout=60s', 'search_path=auth'],
  app: [
    'idle_in_transaction_session_timeout=10s',
    'lock_timeout=5s',
    'search_path=auth',
    'statement_timeout=10s',
  ],
  backup: ['default_transaction_read_only=on', 'search_path=pg_catalog'],
  outbox: ['idle_in_transaction_session_timeout=10s', 'search_path=outbox', 'statement_timeout=10s'],
}
