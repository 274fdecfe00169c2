import { type TestCluster } from '../../cluster/test-cluster.ts'

/** How often the kubelets of a cluster look at mounted Secrets by themselves, as they say: the longest, in seconds. */
export async function kubeletSyncSeconds(cluster: TestCluster): Promise<number> {
  const names = await cluster.kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])
  const periods = await Promise.all(
    names.split(' ').map(async (name) => {
      const config = JSON.parse(
        await cluster.kubectl(['get', '--raw', `/api/v1/nodes/${name}/proxy/configz`]),
      ) as {
        kubeletconfig: { syncFrequency: string }
      }
      return durationSeconds(config.kubeletconfig.syncFrequency)
    }),
  )
  return Math.max(...periods)
}

/** Of Go's `1m30s`. */
export function durationSeconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)]
  if (parts.length === 0) throw new Error(`${text} is no duration.`)
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? NaN), 0)
}
