import { objectPath } from './paths.ts'
import { kinds } from './resource-kinds.ts'
import { type Transport } from './transport.ts'

/**
 * The last line that a container has said. `undefined` where it cannot be asked, whatever the reason: its log is a
 * comfort, and nothing is decided by it.
 */
export async function lastLine(
  transport: Transport,
  { namespace, pod, container }: { namespace: string; pod: string; container: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const about = { namespace, name: pod }
  const query = { container, tailLines: '1', limitBytes: '16384' }
  try {
    const path = `${objectPath(kinds.Pod, about)}/log`
    let last: string | undefined
    for await (const line of await transport.lines({
      verb: 'get',
      kind: kinds.Pod,
      path,
      query,
      about,
      signal,
    }))
      last = line
    return last
  } catch {
    return undefined
  }
}
