import { eventually } from '../eventually.ts'
import { type World, type WorldTenant } from '../installation/world.ts'

const runtime = 'deployment/runtime'

/** Waits until every pod is of the newest template and ready, and no other pod is left. */
async function settled({ cluster }: World, { home }: WorldTenant): Promise<void> {
  await cluster.kubectl(['rollout', 'status', runtime, '-n', home, '--timeout=300s'])
  await eventually(
    'the end of the pods before',
    async () => {
      const { items } = JSON.parse(await cluster.kubectl(podList(home))) as {
        items: { metadata: { deletionTimestamp?: string } }[]
      }
      return items.every(({ metadata }) => metadata.deletionTimestamp === undefined)
    },
    120_000,
  )
}

const podList = (home: string) => [
  ...['get', 'pods', '-n', home, '-l', 'app.kubernetes.io/component=runtime', '-o', 'json'],
]

export async function podNames({ cluster }: World, { home }: WorldTenant): Promise<string[]> {
  const { items } = JSON.parse(await cluster.kubectl(podList(home))) as {
    items: { metadata: { name: string } }[]
  }
  return items.map(({ metadata }) => metadata.name)
}

/** Gives the class another runtime, and waits until the tenant's pods run it and the ones before are gone. */
export async function rollOut(world: World, tenant: WorldTenant, image: string): Promise<void> {
  const { cluster, changeClass } = world
  await changeClass({ runtimeImage: image })
  const path = 'jsonpath={.spec.template.spec.containers[0].image}'
  await eventually(
    'the Deployment asking for the new image',
    async () => {
      return (await cluster.kubectl(['get', runtime, '-n', tenant.home, '-o', path])) === image
    },
    300_000,
  )
  await settled(world, tenant)
}

/** Asks for a pod's eviction as a node's drain does: again, for as long as the disruption budget refuses. */
export async function evict(world: World, tenant: WorldTenant, pod: string): Promise<void> {
  const { cluster } = world
  const { home } = tenant
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: home } }
  const path = `/api/v1/namespaces/${home}/pods/${pod}/eviction`
  await eventually(
    `the eviction of ${pod}`,
    async () => {
      try {
        await cluster.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction))
        return true
      } catch (error) {
        if (/disruption budget|TooManyRequests/.test(String(error))) return false
        throw error
      }
    },
    60_000,
  )
  await cluster.kubectl(['wait', '--for=delete', `pod/${pod}`, '-n', home, '--timeout=120s'])
  await settled(world, tenant)
}
