/** Edits objects of tenants as a stranger would, and measures how long they stay edited. */
import { setTimeout as sleep } from 'node:timers/promises'
import { collectionPath, objectPath } from '../../../operator/src/kube/paths.ts'
import { type ResourceKind } from '../../../operator/src/kube/port.ts'
import { type KubeClient, type KubeJson, KubeStatusError } from '../../cluster/kube-client.ts'
import { cachedList, type CachedList } from '../../cluster/process-kubelet/cached-list.ts'
import { type Edit, type Json } from './edits.ts'
import { content } from './same.ts'

/** An object that must come back to what it was. */
export interface Target {
  /** For people: `Deployment runtime`. */
  name: string
  kind: ResourceKind
  namespace: string | undefined
  object: string
  reference: string
  edits: Edit[]
  /** What is back once it was deleted; all of it unless given. */
  remains?: (object: object) => string
}

/** What an edit did. `refused`: no API server takes it. `filled in`: the API server itself put the same there. */
export type Struck =
  | { outcome: 'refused' | 'filled in' }
  | { outcome: 'edited'; isBack: () => boolean; heal: () => Promise<void> }

type Live = KubeJson & Json

export interface Bench {
  target(
    kind: ResourceKind,
    name: { namespace?: string | undefined; name: string },
    edits: Edit[],
  ): Promise<Target>
  strike(target: Target, edit: Edit): Promise<Struck>
  remove(target: Target): Promise<Struck>
  close(): void
}

const newer = (a: string | undefined, b: string | undefined) => BigInt(a ?? 0) > BigInt(b ?? 0)

export function driftBench(client: KubeClient): Bench {
  const stopping = new AbortController()
  const caches = new Map<string, CachedList<Live>>()
  const cacheOf = async (kind: ResourceKind) => {
    const cache = caches.get(kind.kind) ?? cachedList<Live>(client, collectionPath(kind), stopping.signal)
    caches.set(kind.kind, cache)
    await cache.synced
    return cache
  }
  const pathOf = ({ kind, namespace, object }: Target) =>
    objectPath(kind, namespace === undefined ? { name: object } : { namespace, name: object })
  const seen = ({ kind, namespace = '', object }: Target) => caches.get(kind.kind)?.get(namespace, object)

  /** Puts the old content there ourselves, so that what does not come back spoils nothing after it. */
  const healer = (target: Target, before: Live) => async () => {
    const live = await client.find<Live>(pathOf(target))
    if (live === undefined) return
    const healed = {
      ...before,
      metadata: { ...before.metadata, resourceVersion: live.metadata.resourceVersion },
    }
    await client.call('PUT', pathOf(target), {
      ...healed,
      metadata: { ...healed.metadata, uid: live.metadata.uid },
    })
  }

  return {
    async target(kind, { namespace, name }, edits) {
      await cacheOf(kind)
      const target: Target = {
        name: `${kind.kind} ${name}`,
        kind,
        namespace,
        object: name,
        reference: '',
        edits,
      }
      const live = await client.call<Live>('GET', pathOf(target))
      return { ...target, reference: content(live) }
    },
    async strike(target, { variants }) {
      let outcome: 'refused' | 'filled in' = 'refused'
      for (const variant of variants) {
        for (;;) {
          const before = await client.call<Live>('GET', pathOf(target))
          const edited = structuredClone(before)
          variant(edited)
          if (content(edited) === content(before)) break
          try {
            const written = await client.call<Live>('PUT', pathOf(target), edited)
            if (content(written) === target.reference) outcome = 'filled in'
            else {
              const { resourceVersion } = written.metadata
              const isBack = () => {
                const live = seen(target)
                return (
                  live !== undefined &&
                  newer(live.metadata.resourceVersion, resourceVersion) &&
                  content(live) === target.reference
                )
              }
              return { outcome: 'edited', isBack, heal: healer(target, before) }
            }
            break
          } catch (error) {
            if (!(error instanceof KubeStatusError)) throw error
            // Somebody wrote in between: the same edit on what stands now.
            if (error.status !== 409 || error.reason !== 'Conflict') break
          }
        }
      }
      return { outcome }
    },
    async remove(target) {
      const before = await client.call<Live>('GET', pathOf(target))
      const { remains = content } = target
      const reference = target.remains ? remains(before) : target.reference
      try {
        await client.call('DELETE', pathOf(target))
      } catch (error) {
        if (error instanceof KubeStatusError && error.status < 500) return { outcome: 'refused' }
        throw error
      }
      const isBack = () => {
        const live = seen(target)
        return live !== undefined && live.metadata.uid !== before.metadata.uid && remains(live) === reference
      }
      return { outcome: 'edited', isBack, heal: () => Promise.resolve() }
    },
    close: () => stopping.abort(),
  }
}

/** Milliseconds until it was back; undefined when it was not within the limit. */
export async function untilBack(
  { isBack }: Extract<Struck, { outcome: 'edited' }>,
  limitMs: number,
): Promise<number | undefined> {
  const start = performance.now()
  while (!isBack()) {
    if (performance.now() - start > limitMs) return undefined
    await sleep(20)
  }
  return performance.now() - start
}
