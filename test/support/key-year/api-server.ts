import { isDeepStrictEqual } from 'node:util'
import { KubeAlreadyExists, KubeConflict, KubeNotFound } from '../../../operator/src/kube/errors.ts'
import {
  type KubeObject,
  type ObjectMeta,
  type ObjectName,
  type Preconditions,
} from '../../../operator/src/kube/port.ts'

type Json = Record<string, unknown>
type Watcher = (object: KubeObject, isGone: boolean) => void

const keyOf = (kind: string, { namespace, name }: ObjectName) => `${kind} ${namespace ?? ''}/${name}`
/** Their status has a path of its own. */
const withStatus = new Set(['KiaviTenant', 'KiaviTenantClass', 'Deployment', 'Job', 'Ingress'])
/** They stay until their node has ended them. */
const graceful = new Set(['Pod'])

/** Objects as an API server keeps them: versions, generations, preconditions and watches. What it gives is frozen. */
export class ApiServer {
  readonly #objects = new Map<string, KubeObject>()
  readonly #watchers = new Set<Watcher>()
  readonly #now: () => Date
  #version = 0

  constructor(now: () => Date) {
    this.#now = now
  }

  /** The same world once more: what is done there happens there only. */
  fork(): ApiServer {
    const other = new ApiServer(this.#now)
    for (const [key, object] of this.#objects) other.#objects.set(key, object)
    other.#version = this.#version
    return other
  }

  /** Everything that is there. */
  all(): KubeObject[] {
    return [...this.#objects.values()]
  }

  /** Told of every change, in its order, until the result is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  get(kind: string, name: ObjectName): KubeObject | undefined {
    return this.#objects.get(keyOf(kind, name))
  }

  list(kind: string, { namespace, labelSelector }: { namespace?: string; labelSelector?: string } = {}) {
    const [label = '', value] = labelSelector?.split('=') ?? []
    return [...this.#objects.values()].filter(
      ({ kind: is, metadata }) =>
        is === kind &&
        (namespace === undefined || metadata.namespace === namespace) &&
        (labelSelector === undefined || metadata.labels?.[label] === value),
    )
  }

  create(object: KubeObject): KubeObject {
    const { metadata } = object
    if (this.get(object.kind, metadata)) throw new KubeAlreadyExists(`${metadata.name} exists.`)
    const made = withStatus.has(object.kind) ? { ...object, status: undefined } : object
    const uid = metadata.uid ?? `uid-${this.#version + 1}`
    const creationTimestamp = this.#now().toISOString()
    return this.#store(made, { uid, generation: 1, creationTimestamp })
  }

  /** PUT. What the server keeps for itself stays as it is. */
  replace(object: KubeObject): KubeObject {
    const live = this.#live(object.kind, object.metadata)
    refuseOld(live, object.metadata)
    const status = withStatus.has(object.kind) ? live['status'] : object['status']
    return this.#update(live, { ...object, ...(status === undefined ? {} : { status }) })
  }

  patch(kind: string, name: ObjectName, patch: object, subresource?: 'status'): KubeObject {
    const live = this.#live(kind, name)
    refuseOld(live, (patch as { metadata?: Partial<ObjectMeta> }).metadata ?? {})
    const merged = merge(live, patch) as KubeObject
    if (subresource === 'status') return this.#update(live, { ...live, status: merged['status'] })
    return this.#update(live, withStatus.has(kind) ? { ...merged, status: live['status'] } : merged)
  }

  delete(kind: string, name: ObjectName, { uid, resourceVersion }: Partial<Preconditions> = {}): void {
    const live = this.get(kind, name)
    if (!live) return
    refuseOld(live, { ...(uid === undefined ? {} : { uid }), ...(resourceVersion && { resourceVersion }) })
    if (!graceful.has(kind)) this.remove(kind, name)
    else if (live.metadata.deletionTimestamp === undefined)
      this.#store(live, { ...live.metadata, deletionTimestamp: this.#now().toISOString() })
  }

  /** It is gone for good. */
  remove(kind: string, name: ObjectName): void {
    const live = this.get(kind, name)
    this.#objects.delete(keyOf(kind, name))
    if (live) this.#tell(live, true)
  }

  #live(kind: string, name: ObjectName): KubeObject {
    const live = this.get(kind, name)
    if (!live) throw new KubeNotFound(`There is no ${kind} ${name.name}.`, { status: 404, absent: true })
    return live
  }

  #update(live: KubeObject, next: KubeObject): KubeObject {
    const { uid = '', generation = 1, creationTimestamp = '', deletionTimestamp } = live.metadata
    const asBefore = { ...next, metadata: { ...next.metadata, ...ownOf(live) } }
    if (isDeepStrictEqual(live, frozen(asBefore))) return live
    const grows = isDeepStrictEqual(live['spec'], next['spec']) ? 0 : 1
    return this.#store(next, {
      ...{ uid, generation: generation + grows, creationTimestamp },
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    })
  }

  #store(object: KubeObject, own: Partial<ObjectMeta>): KubeObject {
    this.#version += 1
    const metadata = { ...object.metadata, ...own, resourceVersion: `${this.#version}` }
    const stored = frozen({ ...object, metadata })
    this.#objects.set(keyOf(object.kind, metadata), stored)
    this.#tell(stored, false)
    return stored
  }

  #tell(object: KubeObject, isGone: boolean): void {
    for (const watcher of this.#watchers) watcher(object, isGone)
  }
}

/** What the server writes into metadata. */
function ownOf({ metadata }: KubeObject): Partial<ObjectMeta> {
  const {
    uid = '',
    generation = 1,
    creationTimestamp = '',
    resourceVersion = '',
    deletionTimestamp,
  } = metadata
  const own = { uid, generation, creationTimestamp, resourceVersion }
  return deletionTimestamp === undefined ? own : { ...own, deletionTimestamp }
}

function refuseOld({ metadata: live }: KubeObject, { uid, resourceVersion }: Partial<ObjectMeta>): void {
  const isOther = uid !== undefined && uid !== '' && uid !== live.uid
  const isOld =
    resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== live.resourceVersion
  if (isOther || isOld) throw new KubeConflict(`${live.name} moved on.`, { status: 409 })
}

/** RFC 7396. */
function merge(live: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Json = isRecord(live) ? { ...live } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, name)
    else merged[name] = merge(merged[name], value)
  }
  return merged
}

/** A copy that nobody can change, so that it can be given to everybody. */
function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as T
  if (!isRecord(value)) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.freeze(Object.fromEntries(entries.map(([name, field]) => [name, frozen(field)]))) as T
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
