/**
 * A tenant's database on one PostgreSQL server: promised in prose, made by postgresql.ts.
 *
 * Flow: `observe` reads catalogues only and changes nothing; `plan.ts` (pure) turns what was seen into steps;
 * `act` does exactly one step. Every step is idempotent, or finds what an earlier, half-finished try left.
 * Guarantees: PUBLIC can never connect to a tenant's database, not even between two steps; a database that
 * exists is never dropped, emptied or renamed by any step here (a restore's are in aside-port.ts); passwords pass through `act` only, and reach the
 * server as SCRAM verifiers.
 * Assumptions: the administrator may CREATEDB and CREATEROLE; it need not be a superuser. Works on 15 to 18.
 * The administrator owns the database, never the schemas: it reads no table of a tenant. It could: CREATEROLE lets
 * it grant itself a tenant's role (15: any role that is no superuser; from 16 on: those that it made). Such a grant
 * is seen by `observe` and `sweep`, and taken away.
 * Errors: `DatabaseUnreachable`, `DatabaseConflict` (both: try again), `DatabaseRefused` (the server's own words and
 * SQLSTATE); see errors.ts.
 */

/** How to reach a server; secrets are values read from a Secret just before the call, never kept in a plan. */
export interface DatabaseServer {
  host: string
  port: number
  username: string
  password: string
  /** The database that the administrator itself connects to. Absent: `postgres`. */
  maintenanceDatabase?: string
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
  /** A restore is about to replace the database: nobody gives its rights back meanwhile. See aside-port.ts. */
  fence?: RestorePassage
  /** The last restore that put this database here. */
  restored?: RestorePassage
}

export interface RestorePassage {
  /** The KiaviRestore. */
  restore: { namespace: string; name: string; uid: string }
  /** RFC 3339. */
  since: string
}

export type TenantRole = 'owner' | 'app' | 'backup' | 'outbox'

/** One privilege of one grantee on one thing; `option` is the right to grant it on, a grant of its own. */
export interface Grant {
  on: Grantable
  /** A role's name, or `PUBLIC`. */
  grantee: string
  /** PostgreSQL's word: SELECT, USAGE, EXECUTE ... */
  privilege: string
  option: boolean
}

export type Grantable =
  | { kind: 'database' }
  | { kind: 'schema'; schema: string }
  | { kind: 'table' | 'sequence'; schema: string; name: string }
  | { kind: 'column'; schema: string; name: string; column: string }
  /** `parameters` is the server's own text of the argument types. */
  | { kind: 'routine'; schema: string; name: string; parameters: string }
  /** What the owner role's future objects carry; without a schema: wherever they are made. */
  | { kind: 'default'; of: 'TABLES' | 'SEQUENCES' | 'FUNCTIONS' | 'SCHEMAS'; schema?: string }

/** A table, view, sequence or routine in one of our schemas that the owner role owns. */
export type InsideObject = Extract<Grantable, { kind: 'table' | 'sequence' | 'routine' }>

/** What is there, for one tenant ID. Lists are sorted, so that two observations compare. */
export interface DatabaseObserved {
  /** `server_version_num`: 150018, 180004. */
  serverVersion: number
  /** The role that observed, and that owns the databases it makes. */
  administrator: string
  database?: {
    /** The administrator owns it. Otherwise it may do nothing with it. */
    ours: boolean
    marker: DatabaseMarker | undefined
    /** There is a COMMENT, be it a marker or not. */
    commented: boolean
    allowConnections: boolean
    connectionLimit: number
    grants: Grant[]
    /** Absent while the administrator may not enter (not yet opened, or its CONNECT was taken away). */
    inside?: InsideObserved
  }
  /** The roles that exist. */
  roles: Partial<Record<TenantRole, RoleObserved>>
}

export interface InsideObserved {
  /** Ours and others', without the system's. */
  schemas: string[]
  objects: InsideObject[]
  /** `schema.name (its owner)` of what lies in our schemas and belongs to somebody else. */
  foreign: string[]
  /** On schemas, tables, columns, sequences, routines, and default privileges of the owner role. */
  grants: Grant[]
  /** The newest migration applied, 0 when none; `undefined` when it could not be asked. */
  schemaVersion: number | undefined
}

export interface RoleAttributes {
  login: boolean
  superuser: boolean
  createRole: boolean
  createDatabase: boolean
  bypassRowSecurity: boolean
  replication: boolean
  inherit: boolean
  /** -1: none of its own. */
  connectionLimit: number
  /** The password never expires. */
  everlasting: boolean
}

export interface RoleObserved extends RoleAttributes {
  /** Roles that this one is a member of, sorted. */
  memberOf: string[]
  /** Roles that are members of this one, sorted (the administrator's implicit ADMIN grant from 16 on left out). */
  members: string[]
  /** Settings of the role, `default_transaction_read_only=on`, sorted. */
  settings: string[]
  /** Names of settings that hold for this role in this database only: they would win over `settings`. */
  localSettings: string[]
  /** The password in our hands opens a session; `undefined` when that could not be tried. */
  passwordWorks: boolean | undefined
}

/** One effect: one statement, or one transaction. Passwords are referred to by role, and given to `act`. */
export type DatabaseStep =
  | { do: 'createRole'; role: TenantRole; connectionLimit: number }
  | { do: 'alterRole'; role: TenantRole; attributes: Partial<RoleAttributes> }
  | { do: 'setSettings'; role: TenantRole; set: string[]; reset: string[]; resetLocal: string[] }
  | { do: 'setPassword'; role: TenantRole }
  | { do: 'revokeMembership'; role: string; member: string }
  | { do: 'createDatabase' }
  | { do: 'closeToPublic' }
  | { do: 'mark'; marker: DatabaseMarker }
  | { do: 'grantOnDatabase'; grants: Grant[] }
  | { do: 'revokeOnDatabase'; grants: Grant[] }
  | { do: 'limitConnections'; limit: number }
  | { do: 'open' }
  | { do: 'prepareInside' }
  | { do: 'closePublicSchema'; grants: Grant[] }
  | { do: 'revokeInside'; grants: Grant[] }
  | { do: 'grantInside'; grants: Grant[] }

/** Why nothing, or not everything, can be put right without a person. `message` says what to do. */
export interface DatabaseFinding {
  reason: 'DatabaseLost' | 'NameConflict' | 'DatabaseNotOwned' | 'DatabaseFenced' | 'ForeignObjects'
  message: string
}

export interface DatabasePlan {
  steps: DatabaseStep[]
  findings: DatabaseFinding[]
}

export interface DatabaseWanted {
  tenantID: string
  marker: DatabaseMarker
  /** Of the database as a whole: see connection-budget.ts. */
  connectionLimit: number
  /** DatabaseReady was true once: a database that is missing now is lost, not new. */
  provisionedBefore: boolean
  /** A consented adoption: the installation whose marker is replaced by ours. */
  adoptFrom?: string
}

export type Passwords = Record<TenantRole, string>

/** A database on the server whose COMMENT is one of our markers: the search for orphans, and the budget. */
export interface MarkedDatabase {
  database: string
  marker: DatabaseMarker
  connectionLimit: number
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
  /**
   * For each tenant ID with a database or a role on the server, a digest of all that is visible from outside its
   * database. One query for all tenants; a digest that changed means: observe that tenant.
   */
  sweep(server: DatabaseServer): Promise<Map<string, string>>
  /** What PUBLIC can reach on the server beside tenants' databases: names of databases it may CONNECT to. */
  openToPublic(server: DatabaseServer): Promise<string[]>
  /** True when `password` opens a session as `role` in the tenant's database. */
  signsIn(server: DatabaseServer, tenantID: string, role: TenantRole, password: string): Promise<boolean>
  /** Ends pooled connections. */
  close(): Promise<void>
}
