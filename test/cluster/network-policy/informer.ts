import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeClient, type KubeJson } from '../kube-client.ts'

/** A function, because the compiler takes a property that was false for false for ever. */
const hasEnded = (signal: AbortSignal) => signal.aborted

/**
 * Keeps a copy of a collection and tells of every change, until the signal. A watch that ends begins again with a list,
 * so that nothing that happened in between is missed.
 */
export async function follow<T extends KubeJson>(
  client: KubeClient,
  path: string,
  changed: (objects: readonly T[]) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await client.call<{ metadata: { resourceVersion: string }; items: T[] }>('GET', path)
      const known = new Map(list.items.map((item) => [item.metadata.uid, item]))
      changed([...known.values()])
      const query = new URLSearchParams({ watch: 'true', resourceVersion: list.metadata.resourceVersion })
      for await (const { type, object } of client.watch<T>(`${path}?${query.toString()}`, signal)) {
        if (type === 'ERROR') break
        if (type === 'DELETED') known.delete(object.metadata.uid)
        else if (type !== 'BOOKMARK') known.set(object.metadata.uid, object)
        changed([...known.values()])
      }
    } catch (error) {
      if (hasEnded(signal)) return
      process.stderr.write(`${path}: ${String(error)}\n`)
      await sleep(500, undefined, { signal }).catch(() => {})
    }
  }
}
