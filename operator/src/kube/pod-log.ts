import { type ApiCall } from './api-call.ts'
import { objectPath } from './paths.ts'
import { kinds } from './resource-kinds.ts'
import { type Transport } from './transport.ts'

/** A node that does not answer keeps nobody waiting. */
const limitMs = 5_000

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
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  try {
    const path = `${objectPath(kinds.Pod, about)}/log`
    let last: string | undefined
    const call: ApiCall = { verb: 'get', kind: kinds.Pod, path, query, about, signal: limit }
    for await (const line of await transport.lines(call)) last = line
    return last
  } catch {
    return undefined
  }
}
