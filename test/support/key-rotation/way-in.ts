/** A way to the pods of tenants that NetworkPolicies let be: from a pod in the operator's namespace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProxyAgent } from 'undici'
import { cacheFolder } from '../../cluster/folders.ts'
import { pauseImage } from '../../cluster/images/pause.ts'
import { type KubeClient } from '../../cluster/kube-client.ts'
import { upNode } from '../../cluster/node/up.ts'
import { startProcess } from '../../cluster/process.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { eventually } from '../eventually.ts'
import { throughGateway } from '../installation/gateway-fetch.ts'
import { podSeat } from '../operator-world/pod-seat.ts'

export interface WayIn {
  fetch: typeof fetch
  close(): Promise<void>
}

const port = 3128

/** Of a node cluster that is up. */
export async function wayIn(cluster: TestCluster, client: KubeClient): Promise<WayIn> {
  const plan = await upNode({ name: cluster.name, progress: () => {} })
  const pause = await pauseImage(cacheFolder())
  const seat = await podSeat({ ...cluster, client }, plan, pause.name, { name: 'way-in', labels: {} })
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-way-in-'))
  const [command = '', ...inside] = seat.inside
  const door = await startProcess({
    name: 'way in',
    command,
    args: [...inside, process.execPath, join(import.meta.dirname, 'door.ts'), seat.address, String(port)],
    logFile: join(folder, 'log'),
    leashed: true,
  })
  const agent = new ProxyAgent({ uri: `http://${seat.address}:${port}`, proxyTunnel: true })
  await eventually('The way in being open', () =>
    fetch(`http://${seat.address}:${port}/`, { signal: AbortSignal.timeout(500) }).then(
      () => true,
      (error: unknown) => !/ECONNREFUSED/.test(String((error as Error).cause)),
    ),
  )
  return {
    fetch: throughGateway(agent),
    close: async () => {
      await agent.close()
      await door.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
