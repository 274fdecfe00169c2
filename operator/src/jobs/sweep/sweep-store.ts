import { type InstallationKeys } from '../../backups/installation-key.ts'
import { parseObjectName, wholeSeconds } from '../../backups/object-name.ts'
import { type SweepDocument, askedOf } from '../../backups/sweep-document.ts'
import { type SweepFacts, goneText } from '../../backups/sweep-report.ts'
import { type KnownTenant } from '../../controllers/backup/sweep/judge-tenant.ts'
import { sweep } from '../../controllers/backup/sweep/sweep.ts'
import { type BackupStore, type ObjectRef, type StoredObject } from '../../providers/backups/port.ts'
import { byFolder } from './by-folder.ts'
import { decide } from './decide.ts'
import { abortAll, removeAll } from './remove-all.ts'
import { Tally } from './tally.ts'

export type SweepOrder = Omit<SweepDocument, 'store' | 'installationKeys'> & { keys: InstallationKeys }

/**
 * Looks at all that lies in a store and takes away whose date has come. Everything is decided first, by the date of the
 * document and from what the store and the installation's signature prove; then it is done; then the folders are listed
 * again: what the cluster asked for is gone where it is not in that list.
 */
export async function sweepStore(
  order: SweepOrder,
  store: BackupStore,
  signal: AbortSignal,
): Promise<SweepFacts> {
  const look = lookOf(order)
  const asked = new Set(order.asked)
  const tally = new Tally()
  const halfUploads = await all(store.halfUploads('', signal))
  const uploads = sweep({ ...look, objects: [], halfUploads, manifests: new Map() })
  tally.refuse(uploads.refused)
  const remove: ObjectRef[] = []
  /** Folders with what was asked for. */
  const held = new Set<string>()
  for await (const { name, objects } of byFolder(store.list('', signal), order.installationID)) {
    const decided = await decide({ ...look, objects }, order.keys, store, signal)
    remove.push(...decided.plan.remove)
    tally.add(decided.objects, decided.plan)
    if (name !== undefined && objects.some((object) => asked.has(backupIn(object) ?? ''))) held.add(name)
  }
  const aborted = await abortAll(uploads.abort, store, signal)
  const removed = await removeAll(remove, store, signal)
  const there = await stillThere(held, store, signal)
  const { oldestExpiry, ...stays } = tally.total()
  return {
    ...stays,
    ...{ removed: removed.removed, aborted: aborted.aborted, denied: removed.denied + aborted.denied },
    deniedWhy: removed.deniedWhy === '' ? aborted.deniedWhy : removed.deniedWhy,
    oldestExpiry: oldestExpiry ? wholeSeconds(oldestExpiry) : '',
    gone: goneText(order.asked, (each) => !there.has(each)),
  }
}

function lookOf({ installationID, memory, now, living, ending, running, damaged }: SweepOrder) {
  const tenants = new Map<string, KnownTenant>(living.map((tenantID) => [tenantID, { lives: true }]))
  for (const { tenantID, lives, terminatedAt } of ending) tenants.set(tenantID, { lives, terminatedAt })
  return {
    ...{ installationID, memory, now, tenants },
    ...{ running: new Set(running), damaged: new Set(damaged) },
  }
}

/** The backup whose data an object is, as the cluster asks for it: any version of it. */
function backupIn({ name, state }: StoredObject): string | undefined {
  const parsed = state === 'marker' ? undefined : parseObjectName(name)
  return parsed?.part === 'bundle' ? askedOf(parsed.of) : undefined
}

async function stillThere(
  folders: Iterable<string>,
  store: Pick<BackupStore, 'list'>,
  signal: AbortSignal,
): Promise<Set<string>> {
  const there = new Set<string>()
  for (const folder of folders)
    for await (const object of store.list(folder, signal)) {
      const backup = backupIn(object)
      if (backup !== undefined) there.add(backup)
    }
  return there
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
