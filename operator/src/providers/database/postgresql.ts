import { z } from 'zod'
import { actOnDatabase } from './act.ts'
import { createDatabasesAside } from './aside.ts'
import { type DatabasesAside } from './aside-port.ts'
import { markedQuery, openToPublicQuery, sweepQuery } from './catalogue.ts'
import { createConnections } from './connections.ts'
import { holdsPeople } from './holds-people.ts'
import { parseMarker } from './marker.ts'
import { observeDatabase } from './observe.ts'
import { type Outbox } from './outbox-port.ts'
import { createOutbox } from './outbox.ts'
import { type DatabaseProvider, type DatabaseServer } from './port.ts'
import { signsIn } from './sign-in.ts'

const markedRows = z.array(z.object({ database: z.string(), comment: z.string(), connectionLimit: z.int() }))
const openRows = z.array(z.object({ database: z.string() }))
const sweepRows = z.array(z.object({ tenantID: z.string(), digest: z.string() }))

export interface Postgresql extends DatabaseProvider {
  aside: DatabasesAside
  outbox: Outbox
  /** Whether there may be somebody in a tenant's own database. */
  holdsPeople(server: DatabaseServer, tenantID: string): Promise<boolean>
}

/** The database port on real PostgreSQL servers, 15 to 18. `random` gives n bytes. */
export function createPostgresql({ random }: { random: (bytes: number) => Uint8Array }): Postgresql {
  const connections = createConnections()
  return {
    aside: createDatabasesAside({ connections, random }),
    outbox: createOutbox(connections),
    holdsPeople: (server, tenantID) => holdsPeople(connections, server, tenantID),
    observe: (server, tenantID, passwords) => observeDatabase(connections, server, tenantID, passwords),
    act: (server, tenantID, step, passwords) =>
      actOnDatabase({ connections, random }, server, tenantID, step, passwords),
    async marked(server) {
      const doing = `Looking for tenants' databases on ${server.host}`
      const rows = await connections.administer(server, doing, (session) => session.query(markedQuery))
      return markedRows.parse(rows).flatMap(({ database, comment, connectionLimit }) => {
        const marker = parseMarker(comment)
        return marker ? [{ database, marker, connectionLimit }] : []
      })
    },
    async sweep(server) {
      const doing = `Looking over the tenants on ${server.host}`
      const rows = await connections.administer(server, doing, (session) => session.query(sweepQuery))
      return new Map(sweepRows.parse(rows).map(({ tenantID, digest }) => [tenantID, digest]))
    },
    async openToPublic(server) {
      const doing = `Looking what is open on ${server.host}`
      const rows = await connections.administer(server, doing, (session) => session.query(openToPublicQuery))
      return openRows.parse(rows).map(({ database }) => database)
    },
    async signsIn(server, tenantID, role, password) {
      return (await signsIn(connections, server, tenantID, role, password)) === true
    },
    close: () => connections.close(),
  }
}
