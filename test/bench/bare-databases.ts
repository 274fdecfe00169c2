import { randomBytes } from 'node:crypto'
import { type PostgresServer } from '../support/postgres.ts'

/** Tenants per second of `CREATE ROLE` four times and `CREATE DATABASE` once, on as many connections as given. */
export async function bareDatabases(
  server: PostgresServer,
  count: number,
  connections: number,
): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, () => server.connect(server.administrator)),
  )
  let next = 0
  const start = performance.now()
  try {
    await Promise.all(
      clients.map(async (client) => {
        while (next < count) {
          const name = `bare_${next++}_${randomBytes(4).toString('hex')}`
          for (const role of ['owner', 'app', 'backup', 'outbox'])
            await client.query(
              `CREATE ROLE ${name}_${role} LOGIN PASSWORD '${randomBytes(18).toString('hex')}'`,
            )
          await client.query(`CREATE DATABASE ${name}`)
        }
      }),
    )
    return (count * 1000) / (performance.now() - start)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}
