import { isIP } from 'node:net'
import { Client } from 'pg'
import { type World } from '../installation/world.ts'

/** Runs statements as the administrator of the tenants' server, wherever it is. */
export async function administer(
  { cluster, database }: World,
  statements: readonly string[],
  name = 'postgres',
): Promise<void> {
  const [service = '', namespace = ''] = database.host.split('.')
  // A server in the cluster is reached from here by its cluster address, and proves its own name.
  const address =
    isIP(database.host) === 0
      ? await cluster.kubectl([
          ...['get', 'service', service, '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}'],
        ])
      : database.host
  const client = new Client({
    host: address,
    port: database.port,
    database: name,
    user: database.administrator.username,
    password: database.administrator.password,
    ssl: { ca: database.ca, ...(address === database.host ? {} : { servername: database.host }) },
  })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
