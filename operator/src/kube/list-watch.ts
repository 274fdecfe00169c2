import { backoffMs } from './backoff.ts'
import { type Clock, sleep } from './clock.ts'
import { KubeExpired } from './errors.ts'
import { matchesSelector } from './label-selector.ts'
import { listAll } from './list.ts'
import { collectionPath } from './paths.ts'
import { type KubeObject, type ObjectName, type ResourceKind } from './port.ts'
import { type Change, type Indexes, ProjectionCache } from './projection-cache.ts'
import { compareResourceVersions } from './resource-version.ts'
import { type Transport } from './transport.ts'
import { CorruptWatch, parseWatchEvent } from './watch-event.ts'

export interface WatchOptions<T> {
  transport: Transport
  kind: ResourceKind
  /** Terms `key=value` or `key`, joined by commas. */
  labelSelector?: string
  namespace?: string
  /**
   * What a decision needs of an object; all else is forgotten. Total: it must not throw. A change that leaves the
   * projection as it was is not told, so keep the resourceVersion (or a digest) where every edit matters.
   */
  project: (object: KubeObject) => T
  indexes?: Indexes<T>
  /** Only enqueue here. */
  onChange: (change: Change<T>, from: ChangeSource) => void
  clock: Clock
  random: () => number
  signal: AbortSignal
  hooks?: WatchHooks
}

/** How we learnt of a change. What a list shows may be long past: nobody waits for it. */
export type ChangeSource = 'list' | 'watch' | 'write'

export interface WatchHooks {
  /** A list or watch had to be opened again: `closed`, `silent`, `relist`, or the code of an error. */
  restarted?: (kind: ResourceKind, why: string) => void
  /** An error that was survived: of the server, or thrown by `onChange`. */
  failed?: (kind: ResourceKind, error: unknown) => void
}

export interface Watched<T> {
  /** The first list is in. Rejects only when the signal was aborted before. */
  synced: Promise<void>
  get(name: ObjectName): T | undefined
  values(): T[]
  by(index: string, key: string): T[]
  /** Read-your-writes: the server's answer to a write of ours, so that the cache is never behind it. */
  written(object: KubeObject): void
  /** Since anything was heard of the server, in milliseconds. */
  quietMs(): number
}

const backoff = { least: 1_000, most: 30_000 }
/** A connection that says nothing for so long is taken for dead: it is opened again where it was. */
const silenceMs = 45_000
const watchSeconds = 290
/** Whatever was missed, by us or by the server, is found after so long. */
const relistMs = 600_000
/** At most one open per kind in this time. */
const paceMs = 1_000

/**
 * Keeps a cache of one kind true: list, then watch, for ever. It is never finished and cannot be started twice:
 * it begins with the call and ends with the signal. Every error is survived.
 */
export function watchKind<T>(options: WatchOptions<T>): Watched<T> {
  const { transport, kind, labelSelector, namespace, clock, random, signal, hooks = {} } = options
  const cache = new ProjectionCache(options.project, options.indexes)
  matchesSelector(labelSelector) // refuses what `written` could not judge later
  const synced = Promise.withResolvers<undefined>()
  synced.promise.catch(() => {})
  const where = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  }
  let listDue = true
  let listedAt = 0
  let heardAt = clock.monotonic()

  function tell(changes: Change<T>[], from: ChangeSource): void {
    for (const change of changes) {
      try {
        options.onChange(change, from)
      } catch (error) {
        hooks.failed?.(kind, error)
      }
    }
  }

  async function list(): Promise<void> {
    const { items, resourceVersion } = await listAll(transport, kind, where, signal)
    const { at } = cache
    if (at !== undefined && compareResourceVersions(resourceVersion, at) < 0) {
      throw new CorruptWatch(
        `list ${kind.kind}: the server is at ${resourceVersion}, behind ${at} which it had shown`,
      )
    }
    tell(cache.replace(items, resourceVersion), 'list')
    listDue = false
    listedAt = heardAt = clock.monotonic()
    synced.resolve(undefined)
  }

  /** Resolves with the reason for which the stream ended; throws what broke it. */
  async function watch(from: string): Promise<'closed' | 'silent' | 'relist'> {
    const stream = new AbortController()
    let ended: 'silent' | 'relist' | undefined
    const end = (why: 'silent' | 'relist') => {
      ended ??= why
      stream.abort()
    }
    const forward = () => stream.abort(signal.reason)
    signal.addEventListener('abort', forward, { once: true })
    const cancelRelist = clock.after(Math.max(listedAt + relistMs - clock.monotonic(), 0), () =>
      end('relist'),
    )
    const opened = clock.monotonic()
    let cancelSilence = () => {}
    const listen = () => {
      const left = Math.max(heardAt, opened) + silenceMs - clock.monotonic()
      if (left <= 0) end('silent')
      else cancelSilence = clock.after(left, listen)
    }
    listen()
    try {
      const lines = await transport.lines({
        verb: 'watch',
        kind,
        path: collectionPath(kind, namespace),
        query: {
          watch: 'true',
          resourceVersion: from,
          allowWatchBookmarks: 'true',
          timeoutSeconds: String(watchSeconds),
          ...(labelSelector === undefined ? {} : { labelSelector }),
        },
        signal: stream.signal,
      })
      heardAt = clock.monotonic()
      for await (const line of lines) {
        heardAt = clock.monotonic()
        read(line)
      }
      return 'closed'
    } catch (error) {
      if (ended) return ended
      throw error
    } finally {
      cancelSilence()
      cancelRelist()
      signal.removeEventListener('abort', forward)
    }
  }

  function read(line: string): void {
    const event = parseWatchEvent(kind.kind, line)
    if (event.type === 'BOOKMARK') cache.advance(event.resourceVersion)
    else tell(event.type === 'DELETED' ? cache.remove(event.object) : cache.put(event.object), 'watch')
  }

  async function run(): Promise<void> {
    let failures = 0
    for (;;) {
      signal.throwIfAborted()
      const began = clock.monotonic()
      let why: string
      try {
        if (listDue) await list()
        const opened = clock.monotonic()
        why = await watch(cache.at ?? '')
        if (why === 'relist') listDue = true
        // A stream that ends at once, again and again, is a failure too.
        if (clock.monotonic() - opened < paceMs && why === 'closed') failures++
        else failures = 0
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof KubeExpired || error instanceof CorruptWatch) listDue = true
        failures++
        why = (error as { code?: string }).code ?? 'KUBE_ERROR'
        hooks.failed?.(kind, error)
      }
      hooks.restarted?.(kind, why)
      const rest = failures > 0 ? backoffMs(failures, backoff, random) : 0
      await sleep(clock, Math.max(rest, began + paceMs - clock.monotonic()), signal)
    }
  }

  run()
    .catch(() => {}) // only the signal ends it
    .finally(() => synced.reject(signal.reason))

  return {
    synced: synced.promise,
    get: (name) => cache.get(name),
    values: () => cache.values(),
    by: (index, key) => cache.by(index, key),
    written(object) {
      if (namespace !== undefined && object.metadata.namespace !== namespace) return
      if (matchesSelector(labelSelector, object.metadata.labels)) tell(cache.written(object), 'write')
    },
    quietMs: () => clock.monotonic() - heardAt,
  }
}
