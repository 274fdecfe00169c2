import { type DatabaseMarker, type DatabaseServer, type Passwords, type TenantRole } from './port.ts'

/**
 * Databases beside a tenant's own: promised in prose, made by aside.ts.
 *
 * A restore fills a database *aside*, never the tenant's own. One that takes its place does so by two renames in one
 * transaction; the old one is then kept as *before* until its date, closed. A drill's is dropped.
 *
 * Flow: `observe` reads catalogues only; `act` does exactly one step. Every step may be done twice, and after a crash in the midst of an earlier try of it.
 * Guarantees: each step looks at the live markers in its own session, under the tenant's advisory lock, before it touches
 * anything; only a database with a marker of this kind, this installation, this tenant (and, but for `drop`, this
 * restore) is touched, and only such a one is ever dropped: never a tenant's own. PUBLIC can never connect. The role
 * `app` can connect to a database aside only after `letIn` said so.
 * Not confused by them: `marked`, `sweep` and `observe` of the tenant's own provider. Their COMMENT is no tenant's
 * marker, their names are nobody's tenant ID; they are no orphans, and count in no budget.
 * The fence of the tenant's own database is part of its marker, written in the transaction that takes the rights away:
 * `planDatabase` gives no step but `DatabaseFenced` while it stands there, so nobody mends the rights meanwhile.
 * Errors: as in port.ts. `DatabaseConflict`: somebody else holds the lock, or sessions have not ended yet (try again).
 */
export interface DatabasesAside {
  observe(server: DatabaseServer, tenantID: string): Promise<AsideObserved>
  act(server: DatabaseServer, of: AsideOf, step: AsideStep, passwords: Passwords): Promise<void>
}

/** Whose databases a step may touch. */
export interface AsideOf {
  installationID: string
  tenantID: string
  restore: RestoreReference
}

/** The KiaviRestore that a database aside, or a fence, is of. Told apart by uid; the rest is for people. */
export interface RestoreReference {
  namespace: string
  name: string
  uid: string
}

/** Kept as JSON in the COMMENT of a database aside. */
export interface AsideMarker extends AsideOf {
  /** `aside`: being filled, or served to a drill. `before`: the tenant's own, until another one took its place. */
  kind: AsideKind
  /** When it was made, or replaced: RFC 3339, whole seconds. */
  since: string
  /** Of `before` alone: until when it is kept. */
  until?: string
}

export type AsideKind = 'aside' | 'before'

/** What is there, for one tenant ID. */
export interface AsideObserved {
  serverVersion: number
  administrator: string
  /** Absent: it was lost, or never made. */
  own?: OwnDatabase
  /** All that are named after this tenant, in the order of kind and number. */
  databases: AsideDatabase[]
}

export interface Doors {
  /** The administrator owns it. Otherwise it may do nothing with it. */
  ours: boolean
  allowConnections: boolean
  connectionLimit: number
  /** The tenant's roles that hold CONNECT. */
  mayConnect: TenantRole[]
  /** Sessions in it at this moment, whoever's. */
  sessions: number
}

export interface OwnDatabase extends Doors {
  /** With the fence, where one stands. */
  marker: DatabaseMarker | undefined
}

export interface AsideDatabase extends Doors {
  name: string
  /** By its name; `marker` says whether that is true. */
  kind: AsideKind
  number: number
  /** Absent in one that is half made: `createAside` goes on with it where it is closed and bears no COMMENT. */
  marker: AsideMarker | undefined
}

/** One effect each; each leaves what it finds done as it is. */
export type AsideStep =
  /** Made closed, PUBLIC shut out, marked. Nobody can connect yet. */
  | { do: 'createAside'; number: number; since: Date }
  /**
   * The tenant's roles (made where they are missing; their passwords set where they do not fit), CONNECT for `owner`
   * alone, opened, our schemas made by `owner` with the rights on what comes. `connectionLimit`: of the tenant's database;
   * where that is there, its own counts.
   */
  | { do: 'prepareAside'; number: number; connectionLimit: number }
  /** Exactly these roles may connect; sessions of the others are ended. None: closed. For a drill: owner, then app. */
  | { do: 'letIn'; number: number; roles: Extract<TenantRole, 'owner' | 'app'>[] }
  /**
   * The tenant's own database serves nobody any more: all but `outbox` (which still gives the journal away) lose CONNECT,
   * and their sessions are ended; returns when they are gone.
   */
  | { do: 'fence'; since: Date }
  /** Undoes `fence`: rights, marker, open. The fence of another restore is left alone. */
  | { do: 'unfence' }
  /**
   * The database aside takes the place of the tenant's own, which has to be fenced by this restore (or absent): it bears
   * `marker` (and `restored` by this restore), `connectionLimit` and the rights that the tenant's controller expects. The
   * old one is closed, and kept as `before` of the same number.
   */
  | { do: 'swap'; number: number; marker: DatabaseMarker; connectionLimit: number; since: Date; until: Date }
  /** Ends its sessions and drops it. Its live marker must be of this installation and tenant, and exactly `marker`. */
  | { do: 'drop'; name: string; marker: AsideMarker }
