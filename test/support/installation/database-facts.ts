/** A PostgreSQL server as a KiaviTenantClass needs to know it. */
export interface DatabaseFacts {
  host: string
  port: number
  /** PEM of the CA of its certificate. */
  ca: string
  /** CREATEDB and CREATEROLE, no superuser. */
  administrator: { username: string; password: string }
  /** The class's `database.reachedBy`. */
  reachedBy: object
}
