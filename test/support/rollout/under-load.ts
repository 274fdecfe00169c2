import { setTimeout as sleep } from 'node:timers/promises'
import { productImage } from '../installation/images.ts'
import { type World } from '../installation/world.ts'
import { evict, podNames, rollOut } from './disturb.ts'
import { type LoadReport, startLoad } from './load.ts'

export interface UnderLoad extends LoadReport {
  total: number
  rolloutSeconds: number
  evictions: number
}

/** What a failed run is told by: the first failures, each with its moment. */
export const failuresTold = ({ failures }: LoadReport) =>
  failures
    .slice(0, 20)
    .map(({ kind, atMs, error }) => `${(atMs / 1000).toFixed(1)} s ${kind}: ${error}`)
    .join('\n  ')

/** Two pods of a tenant serve while they are replaced: by another image, then by evictions, one after the other. */
export async function disturbUnderLoad(
  world: World,
  options: { host: string; leastRequests: number; evictions: number; say: (line: string) => void },
): Promise<UnderLoad> {
  const { host, leastRequests, evictions, say } = options
  // The same program under another tag: what a release does to a Deployment, and nothing else.
  const next = await world.cluster.loadImage(await productImage('runtime', { REVISION: 'next' }))
  await world.changeClass({})
  const tenant = await world.tenant(host, { runtime: { replicas: 2 } })
  const load = await startLoad({ issuer: tenant.issuer, rpId: host, reach: world.reach, people: 8 })
  try {
    const began = Date.now()
    const at = () => `${((Date.now() - began) / 1000).toFixed(1)} s, ${load.total()} requests`
    say('Under load; rolling out another image ...')
    await rollOut(world, tenant, next)
    const rolloutSeconds = (Date.now() - began) / 1000
    say(`Rolled out (${at()}).`)
    for (const pod of (await podNames(world, tenant)).slice(0, evictions)) {
      await evict(world, tenant, pod)
      say(`Evicted ${pod} (${at()}).`)
    }
    while (load.total() < leastRequests) await sleep(200)
    const total = load.total()
    return { ...(await load.stop()), total, rolloutSeconds, evictions }
  } finally {
    await load.stop()
  }
}
