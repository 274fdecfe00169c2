import { isDeepStrictEqual } from 'node:util'
import { type KubeObject, type ObjectName } from './port.ts'
import { compareResourceVersions } from './resource-version.ts'

/** What happened to one object, in our own words. A name that changed hands is two changes: one went, one came. */
export interface Change<T> {
  namespace?: string
  name: string
  before?: T
  after?: T
}

interface Entry<T> {
  name: string
  namespace: string | undefined
  resourceVersion: string
  value: T
}

export type Indexes<T> = Record<string, (value: T) => readonly string[]>

/**
 * What a watch knows: a projection of each object, by UID. Time never goes backwards in it: what is older than
 * what it holds (a late answer, an event from before our own write) is ignored.
 */
export class ProjectionCache<T> {
  readonly #project: (object: KubeObject) => T
  readonly #indexes: Indexes<T>
  readonly #byUID = new Map<string, Entry<T>>()
  readonly #byName = new Map<string, string>()
  readonly #byIndex = new Map<string, Set<string>>()
  /** Complete up to this resourceVersion; absent before the first list. */
  #at: string | undefined

  constructor(project: (object: KubeObject) => T, indexes: Indexes<T> = {}) {
    this.#project = project
    this.#indexes = indexes
  }

  get size(): number {
    return this.#byUID.size
  }

  get(name: ObjectName): T | undefined {
    const uid = this.#byName.get(path(name))
    return uid === undefined ? undefined : this.#byUID.get(uid)?.value
  }

  values(): T[] {
    return Array.from(this.#byUID.values(), ({ value }) => value)
  }

  /** The projections to which the named index gave this key. */
  by(index: string, key: string): T[] {
    if (!(index in this.#indexes)) throw new TypeError(`There is no index "${index}".`)
    const found = this.#byIndex.get(`${index}\0${key}`) ?? []
    return Array.from(found, (uid) => this.#byUID.get(uid)?.value).filter((value) => value !== undefined)
  }

  /** Where a watch goes on. */
  get at(): string | undefined {
    return this.#at
  }

  /** A whole list of one moment: what it does not show is gone, unless we know it from later. */
  replace(objects: readonly KubeObject[], resourceVersion: string): Change<T>[] {
    const shown = new Set(objects.map((object) => identity(object).uid))
    const changes: Change<T>[] = []
    for (const [uid, entry] of this.#byUID) {
      if (!shown.has(uid) && compareResourceVersions(entry.resourceVersion, resourceVersion) <= 0) {
        changes.push(...this.#drop(uid))
      }
    }
    for (const object of objects) changes.push(...this.#put(object))
    this.#at = resourceVersion
    return changes
  }

  /** A watch event: the object was added, or is another one now. */
  put(object: KubeObject): Change<T>[] {
    const changes = this.#put(object)
    this.advance(identity(object).resourceVersion)
    return changes
  }

  /** A watch event: the object is gone, or left our label selector. */
  remove(object: KubeObject): Change<T>[] {
    const { uid, resourceVersion } = identity(object)
    this.advance(resourceVersion)
    const old = this.#byUID.get(uid)
    if (old && compareResourceVersions(resourceVersion, old.resourceVersion) < 0) return []
    return this.#drop(uid)
  }

  /** A bookmark: nothing of ours happened up to here. */
  advance(resourceVersion: string): void {
    if (this.#at !== undefined && compareResourceVersions(resourceVersion, this.#at) > 0)
      this.#at = resourceVersion
  }

  /** The server's answer to our own write. From before `at` it is old news: the object may be gone since. */
  written(object: KubeObject): Change<T>[] {
    const { resourceVersion } = identity(object)
    if (this.#at === undefined || compareResourceVersions(resourceVersion, this.#at) <= 0) return []
    return this.#put(object)
  }

  #put(object: KubeObject): Change<T>[] {
    const { uid, resourceVersion, name, namespace } = identity(object)
    const value = this.#project(object)
    const entry = { name, namespace, resourceVersion, value }
    const old = this.#byUID.get(uid)
    if (old && compareResourceVersions(resourceVersion, old.resourceVersion) <= 0) return []
    const changes: Change<T>[] = []
    const holder = this.#byName.get(path(whose(entry)))
    if (holder !== undefined && holder !== uid) {
      const other = this.#byUID.get(holder)
      if (other && compareResourceVersions(resourceVersion, other.resourceVersion) < 0) return []
      changes.push(...this.#drop(holder))
    }
    if (old) this.#unindex(uid, old)
    this.#byUID.set(uid, entry)
    this.#index(uid, entry)
    if (!old || !isDeepStrictEqual(old.value, value)) {
      changes.push({ ...whose(entry), ...(old ? { before: old.value } : {}), after: value })
    }
    return changes
  }

  #drop(uid: string): Change<T>[] {
    const old = this.#byUID.get(uid)
    if (!old) return []
    this.#byUID.delete(uid)
    this.#unindex(uid, old)
    return [{ ...whose(old), before: old.value }]
  }

  #index(uid: string, entry: Entry<T>): void {
    this.#byName.set(path(whose(entry)), uid)
    for (const key of this.#keys(entry)) {
      const found = this.#byIndex.get(key)
      if (found) found.add(uid)
      else this.#byIndex.set(key, new Set([uid]))
    }
  }

  #unindex(uid: string, entry: Entry<T>): void {
    if (this.#byName.get(path(whose(entry))) === uid) this.#byName.delete(path(whose(entry)))
    for (const key of this.#keys(entry)) {
      const found = this.#byIndex.get(key)
      found?.delete(uid)
      if (found?.size === 0) this.#byIndex.delete(key)
    }
  }

  #keys({ value }: Entry<T>): string[] {
    return Object.entries(this.#indexes).flatMap(([index, keysOf]) =>
      keysOf(value).map((key) => `${index}\0${key}`),
    )
  }
}

const path = ({ namespace, name }: ObjectName) => `${namespace ?? ''}/${name}`

function whose({ name, namespace }: { name: string; namespace: string | undefined }): ObjectName {
  return namespace === undefined ? { name } : { name, namespace }
}

/** What every stored object has. Without it the stream is not what we think it is. */
function identity(object: KubeObject) {
  const { uid, resourceVersion, name, namespace } = object.metadata
  if (!uid || !resourceVersion || !name)
    throw new TypeError(`${object.kind} without uid, resourceVersion or name`)
  return { uid, resourceVersion, name, namespace }
}
