/**
 * A tenant's database on one PostgreSQL server: promised in prose, made by postgresql.ts.
 *
 * Flow: `observe` reads catalogues only and changes nothing; `plan.ts` (pure) turns what was seen into steps;
 * `act` does exactly one step. Every step is idempotent, or finds what an earlier, half-finished try left.
 * Guarantees: PUBLIC can never connect to a tenant's database, not even between two steps; a database that
 * exists is never dropped, emptied or renamed by any step here; passwords pass through `act` only.
 * Assumptions: the administrator may CREATEDB and CREATEROLE; it need not be a superuser. Works on 15 to 18.
 * Errors: `DatabaseUnreachable` (try again), `DatabaseRefused` (the server's own words and SQLSTATE).
 */

/** How to reach a server; secrets are values read from a Secret just before the call, never kept in a plan. */
export interface DatabaseServer {
  host: string
  port: number
  username: string
  password: string
  /** PEM; absent: the system's trust store. */
  ca?: string
  /** `disable` only where the class lowers it with a reason. */
  tls: 'verify-full' | 'disable'
}

/** Kept as JSON in the database's COMMENT: whose it is. Readable by whoever may connect to the server. */
export interface DatabaseMarker {
  installationID: string
  tenantID: string
  namespace: string
  name: string
  host: string
  rpId: string
}

export type TenantRole = 'owner' | 'app' | 'backup' | 'outbox'

/** What is there, for one tenant ID. Grants are given as sorted strings, so that two observations compare. */
export interface DatabaseObserved {
  serverVersion: number
  database?: {
    marker: DatabaseMarker | undefined
    allowConnections: boolean
    connectionLimit: number
    /** Rights on the database itself, `role=privileges`, sorted. */
    acl: string[]
    /** Inside the database; absent when it could not be entered (not yet opened). */
    inside?: {
      schemas: string[]
      /** Rights inside (schemas, tables, default privileges), `kind name role=privileges`, sorted. */
      grants: string[]
      /** The newest migration applied, 0 when none. */
      schemaVersion: number
    }
  }
  /** Attributes of the roles that exist: login, connection limit, memberships, superuser and the like. */
  roles: Partial<Record<TenantRole, RoleObserved>>
}

export interface RoleObserved {
  canLogin: boolean
  superuser: boolean
  createRole: boolean
  createDatabase: boolean
  bypassRowSecurity: boolean
  replication: boolean
  inherit: boolean
  connectionLimit: number
  /** Roles that this one is a member of, sorted. */
  memberOf: string[]
  /** Roles that are members of this one, sorted (the administrator's implicit ADMIN grant from 16 on left out). */
  members: string[]
  /** Per-role settings such as `default_transaction_read_only=on`, sorted. */
  settings: string[]
}

/** One effect. Secret material is referred to (`password of role`), and resolved by the caller of `act`. */
export type DatabaseStep =
  | { do: 'createRole'; role: TenantRole }
  | { do: 'alterRole'; role: TenantRole }
  | { do: 'setPassword'; role: TenantRole }
  | { do: 'revokeMembership'; role: string; member: string }
  | { do: 'createDatabase' }
  | { do: 'closeToPublic' }
  | { do: 'mark'; marker: DatabaseMarker }
  | { do: 'grantOnDatabase' }
  | { do: 'limitConnections'; limit: number }
  | { do: 'open' }
  | { do: 'prepareInside' }
  | { do: 'repairGrants' }

export type Passwords = Record<TenantRole, string>

/** A database on the server whose COMMENT is one of our markers: the search for orphans. */
export interface MarkedDatabase {
  database: string
  marker: DatabaseMarker
}

export interface DatabaseProvider {
  observe(
    server: DatabaseServer,
    tenantID: string,
    passwords: Passwords | undefined,
  ): Promise<DatabaseObserved>
  act(server: DatabaseServer, tenantID: string, step: DatabaseStep, passwords: Passwords): Promise<void>
  /** Every marked database on the server, in one query over the catalogue. */
  marked(server: DatabaseServer): Promise<MarkedDatabase[]>
  /** What PUBLIC can reach on the server beside tenants' databases: names of databases it may CONNECT to. */
  openToPublic(server: DatabaseServer): Promise<string[]>
  /** True when `password` opens a session as `role` in the tenant's database. */
  signsIn(server: DatabaseServer, tenantID: string, role: TenantRole, password: string): Promise<boolean>
  /** Ends pooled connections. */
  close(): Promise<void>
}
