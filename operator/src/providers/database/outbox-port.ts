/**
 * What a tenant's database has for the operator: promised in prose, made by outbox.ts.
 *
 * Flow: `writes` says of all tenants of a server who may have something, in one query and without entering a database;
 * `readJournal` reads it as role `outbox`, which sees nothing else; `takeJournal` deletes exactly what was put on
 * record, and that is the acknowledgement that a request in the tenant's runtime waits for.
 * Guarantees: nothing is deleted but the rows that are named; a schema without the table has no rows.
 * Errors: those of port.ts.
 */
import { type DatabaseServer } from './port.ts'

/** Something happened to somebody, who is named by an HMAC under a key that lies in the tenant's database alone. */
export interface JournalRow {
  /** Only within one database: a restored one may give it again. */
  id: string
  /** `person_erased`, `passkey_removed` ... */
  kind: string
  /** RFC 3339 in UTC, to the microsecond. */
  at: string
  /** 32 bytes, base64url. */
  subject: string
}

export interface Outbox {
  /**
   * For each tenant ID that has a database on the server, a text that changes some seconds after rows were written there, be
   * it into the outbox or not.
   */
  writes(server: DatabaseServer): Promise<Map<string, string>>
  /** The oldest rows, at most `limit`. `password` is that of role `outbox`. */
  readJournal(
    server: DatabaseServer,
    tenantID: string,
    password: string,
    limit: number,
  ): Promise<JournalRow[]>
  takeJournal(
    server: DatabaseServer,
    tenantID: string,
    password: string,
    ids: readonly string[],
  ): Promise<void>
}
