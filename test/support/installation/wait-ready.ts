import { setTimeout as sleep } from 'node:timers/promises'
import { type TestCluster } from '../../cluster/test-cluster.ts'

interface Condition {
  type: string
  status: string
  reason: string
  message: string
}

/** Waits until the tenant is Ready, telling each new reason on the way; fails with the last message. */
export async function waitReady(
  cluster: Pick<TestCluster, 'kubectl'>,
  namespace: string,
  name: string,
  options: { say?: (line: string) => void; seconds?: number } = {},
): Promise<void> {
  const { say = () => {}, seconds = 180 } = options
  const end = Date.now() + seconds * 1000
  let last = ''
  for (;;) {
    const text = await cluster.kubectl(['get', 'kiavitenant', name, '-n', namespace, '-o', 'json'])
    const tenant = JSON.parse(text) as {
      metadata: { generation: number }
      status?: { observedGeneration?: number; conditions?: Condition[] }
    }
    const current = tenant.status?.observedGeneration === tenant.metadata.generation
    const ready = tenant.status?.conditions?.find(({ type }) => type === 'Ready')
    const line = ready === undefined ? 'waiting for the operator' : `${ready.reason}: ${ready.message}`
    if (line !== last) say(line)
    last = line
    if (ready?.status === 'True' && current) return
    if (Date.now() > end) throw new Error(`${namespace}/${name} is not Ready after ${seconds} s. ${last}`)
    await sleep(300)
  }
}
