import { label } from '../api/v1alpha1/names.ts'
import { type RestoreMemory } from '../controllers/restore/ports.ts'
import { isMarkedDefault } from '../controllers/tenant-class/default-class.ts'
import { type Projection, project } from '../controllers/tenant/compare/projection.ts'
import { childKinds } from '../controllers/tenant/observe/children.ts'
import { type Memory } from '../controllers/tenant/ports.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeNotFound } from '../kube/errors.ts'
import { type Change } from '../kube/projection-cache.ts'
import { type WatchHooks, type Watched, watchKind } from '../kube/list-watch.ts'
import { type KubeObject, type ObjectName, type ResourceKind } from '../kube/port.ts'
import { kinds } from '../kube/resource-kinds.ts'
import { type Transport } from '../kube/transport.ts'

/** What is remembered of a KiaviTenant: when to look at it, and which ID it holds. */
interface TenantSeen {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  tenantID: string | undefined
  className: string | undefined
}

interface Named {
  name: string
  namespace: string | undefined
  projection: Projection
}

/** Told which tenants to look at. `urgent`: something just happened, somebody may be waiting. */
export type Wake = (tenant: { namespace: string; name: string }, urgent: boolean) => void

export interface MemoryOptions {
  transport: Transport
  clock: Clock
  random: () => number
  signal: AbortSignal
  hooks: WatchHooks
  wake: Wake
  wakeClass: (name: string) => void
  /** Told whose backups to look at: something of them has changed, or may begin now. */
  wakeBackups?: Wake
  /** The same of restores and drills. */
  wakeRestores?: Wake
}

export interface WatchedMemory
  extends Memory, Pick<RestoreMemory, 'backups' | 'backupsOf' | 'restores' | 'restoresOf'> {
  /** Every kind that this cluster serves was listed once. */
  synced: Promise<void>
  /** The longest time since anything was heard of a kind that is served, in milliseconds. */
  quietMs(): number
  tenants(): {
    namespace: string
    name: string
    tenantID: string | undefined
    className: string | undefined
  }[]
}

/** How long a deletion of ours is believed before the watch has shown it, in milliseconds. */
const tombstoneMs = 10_000

/** The mind's memory on watches: one for each kind, filtered to what is ours. */
export function createMemory(options: MemoryOptions): WatchedMemory {
  const { clock, wake, wakeClass, wakeBackups = () => {}, wakeRestores = () => {} } = options
  const unserved = new Set<string>()
  const tombstones = new Map<string, { uid: string; until: number }>()
  const watches = new Map<string, Watched<Named>>()
  const known: Promise<void>[] = []

  function watch<T>(
    kind: ResourceKind,
    projectTo: (object: KubeObject) => T,
    onChange: (change: Change<T>, urgent: boolean) => void,
    more: { labelSelector?: string; indexes?: Record<string, (value: T) => readonly string[]> } = {},
  ): Watched<T> {
    let firstAnswer = () => {}
    const answered = new Promise<void>((resolve) => (firstAnswer = resolve))
    const watched = watchKind<T>({
      ...options,
      ...more,
      kind,
      project: projectTo,
      onChange: (change, from) => {
        unserved.delete(kind.kind)
        // What we wrote ourselves is no news to whoever wrote it.
        if (from !== 'write') onChange(change, from === 'watch')
      },
      hooks: {
        ...options.hooks,
        failed: (which, error) => {
          if (error instanceof KubeNotFound) {
            unserved.add(kind.kind)
            firstAnswer()
          }
          options.hooks.failed?.(which, error)
        },
      },
    })
    known.push(Promise.race([watched.synced, answered]))
    return watched
  }

  const tenants = watch(
    kinds.KiaviTenant,
    tenantSeen,
    ({ before, after }, urgent) => {
      const tenant = after ?? before
      if (tenant) wake(tenant, urgent)
      if (tenant) wakeBackups(tenant, false)
      if (tenant) wakeRestores(tenant, false)
      for (const name of new Set([before?.className, after?.className]))
        if (name !== undefined) wakeClass(name)
    },
    {
      indexes: {
        tenantID: ({ tenantID }) => (tenantID === undefined ? [] : [tenantID]),
        namespace: ({ namespace }) => [namespace],
      },
    },
  )
  const backups = watch(
    kinds.KiaviBackup,
    lean,
    ({ before, after }, urgent) => {
      const [owner] = [after ?? before].flatMap((object) => (object ? ownerOf(object) : []))
      if (owner) wakeBackups(owner, urgent)
    },
    { indexes: { owner: (object) => [keyOfOwner(ownerOf(object))] } },
  )
  const restores = watch(
    kinds.KiaviRestore,
    lean,
    ({ before, after }, urgent) => {
      const [owner] = [after ?? before].flatMap((object) => (object ? ownerOf(object) : []))
      if (owner) wakeRestores(owner, urgent)
    },
    { indexes: { owner: (object) => [keyOfOwner(ownerOf(object))] } },
  )
  /** Whose it was, too: a label that somebody changed leads to another tenant. */
  const wakeOwners = ({ before, after }: Pick<Change<Named>, 'before' | 'after'>, urgent: boolean) => {
    const owners = [before, after].flatMap((each) => each?.projection.labels[label.tenantID] ?? [])
    const component = (after ?? before)?.projection.labels[label.component] ?? ''
    const wakes = { backup: wakeBackups, restore: wakeRestores, aside: wakeRestores }[component] ?? wake
    for (const tenantID of new Set(owners))
      for (const tenant of tenants.by('tenantID', tenantID)) wakes(tenant, urgent)
  }
  const classes = watch(kinds.KiaviTenantClass, lean, ({ name, before, after }, urgent) => {
    wakeClass(name)
    // The default is one of all: who marks another changes what is true of each.
    if (isMarkedDefault(before) !== isMarkedDefault(after)) {
      for (const { metadata } of classes.values()) wakeClass(metadata.name)
    } else if (before && before.metadata.generation === after?.metadata.generation) return
    // A tenant without a class waits for any.
    for (const tenant of tenants.values()) {
      if (tenant.className !== undefined && tenant.className !== name) continue
      wake(tenant, urgent)
      wakeBackups(tenant, false)
      wakeRestores(tenant, false)
    }
  })
  const adoptions = watch(kinds.KiaviAdoption, lean, ({ before, after }, urgent) => {
    const spec = (after ?? before)?.['spec'] as { namespace?: string; name?: string } | undefined
    if (spec?.namespace !== undefined && spec.name !== undefined) {
      wake({ namespace: spec.namespace, name: spec.name }, urgent)
    }
  })
  watches.set(
    'Namespace',
    watch(kinds.Namespace, named, (change, urgent) => {
      wakeOwners(change, urgent)
      for (const tenant of tenants.by('namespace', change.name)) wake(tenant, urgent)
    }),
  )
  for (const kind of childKinds) {
    watches.set(
      kind.kind,
      watch(kind, named, wakeOwners, {
        labelSelector: label.tenantID,
        indexes: { namespace: ({ namespace }) => [namespace ?? ''] },
      }),
    )
  }

  const isBuried = (
    kind: ResourceKind,
    { name, namespace }: { name: string; namespace?: string | undefined },
    uid: string,
  ) => {
    const key = `${kind.kind} ${namespace ?? ''}/${name}`
    const tombstone = tombstones.get(key)
    if (tombstone && tombstone.until < clock.monotonic()) tombstones.delete(key)
    return tombstone?.uid === uid
  }
  const watchOf = (kind: ResourceKind) => {
    const found = watches.get(kind.kind)
    if (!found) throw new TypeError(`${kind.kind} is not watched.`)
    return found
  }
  return {
    get(kind, name) {
      const found = watchOf(kind).get(name)?.projection
      return found && !isBuried(kind, name, found.uid) ? found : undefined
    },
    list(kind, namespace) {
      const watched = watchOf(kind)
      const all = namespace === undefined ? watched.values() : watched.by('namespace', namespace)
      return all.filter((each) => !isBuried(kind, each, each.projection.uid))
    },
    classes: () => classes.values(),
    backups: () => backups.values(),
    backupsOf: (tenant) => backups.by('owner', keyOfOwner(tenant)),
    restores: () => restores.values(),
    restoresOf: (tenant) => restores.by('owner', keyOfOwner(tenant)),
    adoptions: () => adoptions.values(),
    holders: () =>
      tenants
        .values()
        .flatMap(({ namespace, name, tenantID }) =>
          tenantID === undefined ? [] : [{ namespace, name, tenantID }],
        ),
    serves: (kind) => !unserved.has(kind.kind),
    note(kind: ResourceKind, name: ObjectName, object: KubeObject | undefined) {
      if (kind.kind === 'KiaviTenant') {
        if (object) tenants.written(object)
        return
      }
      if (kind.kind === 'KiaviTenantClass' || kind.kind === 'KiaviAdoption') {
        if (object) (kind.kind === 'KiaviAdoption' ? adoptions : classes).written(object)
        return
      }
      if (kind.kind === 'KiaviBackup' || kind.kind === 'KiaviRestore') {
        if (object) (kind.kind === 'KiaviBackup' ? backups : restores).written(object)
        return
      }
      const watched = watches.get(kind.kind)
      if (object) watched?.written(object)
      else {
        const uid = watched?.get(name)?.projection.uid
        const key = `${kind.kind} ${name.namespace ?? ''}/${name.name}`
        if (uid !== undefined) tombstones.set(key, { uid, until: clock.monotonic() + tombstoneMs })
      }
    },
    synced: Promise.all(known).then(() => {}),
    quietMs: () =>
      Math.max(
        tenants.quietMs(),
        ...[...watches].filter(([kind]) => !unserved.has(kind)).map(([, watched]) => watched.quietMs()),
      ),
    tenants: () => tenants.values(),
  }
}

function tenantSeen({ metadata, status }: KubeObject): TenantSeen {
  const { tenantID, className } = (status ?? {}) as { tenantID?: string; className?: string }
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    tenantID,
    className,
  }
}

/** The KiaviTenant that a KiaviBackup or KiaviRestore is of. */
function ownerOf(object: KubeObject): { namespace: string; name: string } {
  const { tenantName = '' } = (object['spec'] ?? {}) as { tenantName?: string }
  return { namespace: object.metadata.namespace ?? '', name: tenantName }
}

const keyOfOwner = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`

const named = (object: KubeObject): Named => ({
  name: object.metadata.name,
  namespace: object.metadata.namespace,
  projection: project(object),
})

/** The whole object, without what only the server reads. */
function lean(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...{ managedFields: undefined } } }
}
