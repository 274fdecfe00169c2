import { installGateway } from '../../cluster/gateway/install.ts'
import { nodeCluster } from '../../cluster/node/node-cluster.ts'
import { downNode, isNodeUp, upNode } from '../../cluster/node/up.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { type DatabaseFacts } from './database-facts.ts'
import { furnish, type World } from './world.ts'

export interface NodeWorldOptions {
  /** Name of the cluster. One that is up is used, and stays up. */
  name: string
  say: (line: string) => void
  /** What a person does with the bare cluster before the chart is installed. */
  before?: (cluster: TestCluster) => Promise<void>
}

export interface NodeWorld extends World {
  /** Runs on this machine, beside the cluster: it outlives what happens there. */
  postgres: PostgresServer
  /** Ends what was started here, and nothing else. */
  stop: () => Promise<void>
}

/** A server of this machine as a class needs to know it. */
export const hostDatabase = (postgres: PostgresServer): DatabaseFacts => ({
  host: postgres.host,
  port: postgres.port,
  ca: postgres.ca ?? '',
  administrator: { username: postgres.administrator.user, password: postgres.administrator.password },
  reachedBy: { cidrs: [`${postgres.host}/32`] },
})

/** A cluster with real pods, the product installed on it, and its PostgreSQL server on this machine. */
export async function startNodeWorld({ name, say, before }: NodeWorldOptions): Promise<NodeWorld> {
  const wasUp = await isNodeUp(name)
  const ends: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    if (!wasUp) ends.push(() => downNode({ name, progress: say }))
    const bare = await nodeCluster(await upNode({ name, progress: say }))
    const cluster = { ...bare, gateway: await installGateway(bare, say) }
    if (cluster.hostAddress === undefined) throw new Error('Pods of this cluster cannot reach this machine.')
    const postgres = await startPostgres({ version: 18, listen: [cluster.hostAddress] })
    ends.push(() => postgres.stop())
    await before?.(cluster)
    return { ...(await furnish(cluster, { database: hostDatabase(postgres), say })), postgres, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
