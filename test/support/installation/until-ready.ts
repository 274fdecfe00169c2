import { type TestCluster } from '../../cluster/test-cluster.ts'
import { eventually } from '../eventually.ts'

interface Asked<Status> {
  status?: Status & { conditions?: { type: string; status: string; reason: string; message: string }[] }
}

/** Waits until a KiaviBackup or KiaviRestore is Ready; fails with its own sentence when it failed. */
export async function untilAskedIsReady<Status>(
  cluster: Pick<TestCluster, 'kubectl'>,
  { kind, namespace, name }: { kind: 'kb' | 'kr'; namespace: string; name: string },
  { limitMs = 180_000, told = () => {} }: { limitMs?: number; told?: (line: string) => void } = {},
): Promise<Status> {
  let last = 'nothing was said yet'
  return eventually(
    `${kind} ${name}`,
    async () => {
      const text = await cluster.kubectl(['get', kind, name, '-n', namespace, '-o', 'json'])
      const { status } = JSON.parse(text) as Asked<Status>
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')
      const line = ready === undefined ? last : `${ready.reason}: ${ready.message}`
      if (line !== last) told(line)
      last = line
      if (ready?.reason === 'Failed' || ready?.reason === 'Refused')
        throw new Error(`${kind} ${name} failed: ${ready.message}`)
      return ready?.status === 'True' && status
    },
    limitMs,
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : ''} (${last})`)
  })
}
