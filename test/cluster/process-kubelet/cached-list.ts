/** A list of objects that follows the API server: list, watch from there, list again when the watch breaks. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeClient, type KubeJson } from '../kube-client.ts'

export interface CachedList<T> {
  get(namespace: string, name: string): T | undefined
  all(): T[]
  /** Resolves after the first list. */
  synced: Promise<void>
}

const keyOf = (namespace: string, name: string) => `${namespace}/${name}`

export function cachedList<T extends KubeJson>(
  client: KubeClient,
  path: string,
  signal: AbortSignal,
  changed: (object: T, isGone: boolean) => void = () => {},
): CachedList<T> {
  const objects = new Map<string, T>()
  let listed = () => {}
  const synced = new Promise<void>((resolve) => (listed = resolve))
  const key = ({ metadata }: T) => keyOf(metadata.namespace ?? '', metadata.name)
  const put = (object: T) => {
    objects.set(key(object), object)
    changed(object, false)
  }
  const drop = (object: T) => {
    objects.delete(key(object))
    changed(object, true)
  }
  const follow = async () => {
    const list = await client.call<{ metadata: { resourceVersion: string }; items: T[] }>('GET', path)
    const seen = new Set(list.items.map(key))
    for (const object of [...objects.values()]) if (!seen.has(key(object))) drop(object)
    for (const object of list.items) {
      const before = objects.get(key(object))
      if (before?.metadata.resourceVersion === object.metadata.resourceVersion) continue
      if (before !== undefined && before.metadata.uid !== object.metadata.uid) drop(before)
      put(object)
    }
    listed()
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`
    for await (const event of client.watch<T>(`${path}${path.includes('?') ? '&' : '?'}${query}`, signal)) {
      if (event.type === 'ERROR') return
      if (event.type === 'DELETED') drop(event.object)
      else if (event.type !== 'BOOKMARK') put(event.object)
    }
  }
  const forever = async () => {
    while (!signal.aborted) {
      // The API server may be away for a while: a test may have stopped it.
      await follow().catch(() => {})
      await sleep(100, undefined, { signal }).catch(() => {})
    }
  }
  void forever()
  return {
    get: (namespace, name) => objects.get(keyOf(namespace, name)),
    all: () => [...objects.values()],
    synced,
  }
}
