/**
 * The world of operator-world.ts with real pods: a cluster of its own with one node, the runtime's real image, policies
 * enforced. PostgreSQL and both fault proxies are on this machine, at the address that pods know it by.
 */
import { readFileSync } from 'node:fs'
import { cacheFolder } from '../cluster/folders.ts'
import { pauseImage } from '../cluster/images/pause.ts'
import { connect } from '../cluster/kube-client.ts'
import { readKubeconfig } from '../cluster/kubeconfig.ts'
import { nodeCluster } from '../cluster/node/node-cluster.ts'
import { downNode, isNodeUp, upNode } from '../cluster/node/up.ts'
import { productImage } from './installation/images.ts'
import { install } from './operator-world/chart.ts'
import { startGatedOperator } from './operator-world/gated-operator.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { podSeat } from './operator-world/pod-seat.ts'
import { scaffold } from './operator-world/scaffold.ts'
import { startPostgres } from './postgres.ts'

export interface NodeWorldOptions {
  /** Of its cluster, which must not be up: what others left in it would be counted. */
  name: string
  /** Seen on the way up, a line each. */
  progress: (line: string) => void
}

/** Needs root on Linux. */
export async function startNodeOperatorWorld({ name, progress }: NodeWorldOptions): Promise<LabWorld> {
  if (await isNodeUp(name))
    throw new Error(`A cluster ${name} is up: end it with npm run cluster -- down --name ${name}.`)
  const world = scaffold('kiavi-node-world-')
  try {
    world.atEnd(() => downNode({ name, progress }))
    const plan = await upNode({ name, progress })
    const bare = await nodeCluster(plan)
    const { server, ca, credential } = readKubeconfig(readFileSync(bare.kubeconfig, 'utf8'))
    const client = connect(server, ca, credential)
    world.atEnd(() => client.close())
    const cluster = { ...bare, client, server, ca }
    const postgres = await startPostgres({ version: 18 })
    world.atEnd(() => postgres.stop())
    progress('Bundling the runtime, and building its image (a minute the first time, seconds later) ...')
    const image = await bare.loadImage(await productImage('runtime'))
    await install(cluster)
    const pause = await pauseImage(cacheFolder())
    const gated = await startGatedOperator({
      cluster,
      postgres,
      scaffold: world,
      address: plan.hostAddress,
      seat: await podSeat(cluster, plan, pause.name),
      classSpec: { runtime: { image, imagePullPolicy: 'IfNotPresent', replicas: 1 } },
    })
    return { ...gated, controlPlane: cluster, postgres, stop: world.stop }
  } catch (error) {
    await world.stop()
    throw error
  }
}
