import { existingCluster } from '../cluster/existing-cluster.ts'
import { findGateway, installGateway } from '../cluster/gateway/install.ts'
import { nodeCluster } from '../cluster/node/node-cluster.ts'
import { downNode, isNodeUp, upNode } from '../cluster/node/up.ts'
import { type TestCluster, type TestGateway } from '../cluster/test-cluster.ts'
import { type DemoOptions } from './options.ts'

export interface DemoCluster {
  cluster: TestCluster
  gateway: TestGateway
  /** Ends what the demo itself brought up, and nothing else. */
  down: () => Promise<void>
}

/** The cluster that the demo runs on, with a gateway: one of ours, or a person's. */
export async function demoCluster(options: DemoOptions, say: (line: string) => void): Promise<DemoCluster> {
  if (options.context !== undefined) {
    const { context, registry } = options
    const cluster = await existingCluster({ context, ...(registry === undefined ? {} : { registry }) })
    const gateway = options.gateway ?? (await findGateway(cluster))
    if (gateway === undefined) throw new Error(`Name the Gateway of ${context}: see npm run demo -- --help.`)
    return { cluster, gateway, down: () => Promise.resolve() }
  }
  const wasUp = await isNodeUp(options.name)
  const cluster = await nodeCluster(await upNode({ name: options.name, progress: say }))
  const down = async () => {
    if (!wasUp && !options.keep) await downNode({ name: options.name, progress: say })
  }
  try {
    return { cluster, gateway: await installGateway(cluster, say), down }
  } catch (error) {
    await down()
    throw error
  }
}
