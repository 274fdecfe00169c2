import { type BackupName, parseObjectName } from '../../../backups/object-name.ts'
import { type OfflineName, parseOfflineName } from '../../../backups/offline-name.ts'
import { type ObjectRef, type StoredObject } from '../../../providers/backups/port.ts'

/** What lies in the store of one backup, every version of it. */
export interface StoredBackup {
  /** Of its bundle. */
  name: string
  of: BackupName
  bundles: StoredObject[]
  manifests: StoredObject[]
}

/** A segment of a journal or a recovery set, every version of it. */
export interface StoredOffline {
  name: string
  parsed: OfflineName
  objects: StoredObject[]
}

/** Something that is left alone, and why. */
export interface Refusal {
  object: Pick<ObjectRef, 'name'>
  why: string
}

export interface Gathered {
  /** By tenant ID; the newest backup first. */
  tenants: Map<string, StoredBackup[]>
  /** By folder: a tenant ID, or the installation's own. */
  offline: Map<string, StoredOffline[]>
  refused: Refusal[]
}

/** Sorts what lies in a store: whose it is, and which backup it belongs to. Only its names are believed so far. */
export function gather(objects: readonly StoredObject[], installationID: string): Gathered {
  const backups = new Map<string, StoredBackup>()
  const offline = new Map<string, StoredOffline>()
  const refused: Refusal[] = []
  for (const object of objects) {
    const parsed = parseOfflineName(object.name)
    const of = parseObjectName(object.name)
    if (of?.of.installationID === installationID) {
      const name = object.name.replace(/\.manifest$/, '.age')
      const backup = backups.get(name) ?? { name, of: of.of, bundles: [], manifests: [] }
      backups.set(name, backup)
      const part = of.part === 'bundle' ? backup.bundles : backup.manifests
      part.push(object)
    } else if (parsed?.of.installationID === installationID) {
      const { name } = object
      const known = offline.get(name) ?? { name, parsed, objects: [] }
      offline.set(name, known)
      known.objects.push(object)
    } else refused.push({ object, why: whyStrange(object.name, installationID) })
  }
  const inOrder = [...backups.values()].sort(
    ({ of: a }, { of: b }) =>
      a.tenantID.localeCompare(b.tenantID) ||
      b.sequence - a.sequence ||
      b.startedAt.getTime() - a.startedAt.getTime(),
  )
  return {
    tenants: Map.groupBy(inOrder, ({ of }) => of.tenantID),
    offline: Map.groupBy(offline.values(), ({ parsed }) => folderOf(parsed)),
    refused,
  }
}

const folderOf = ({ kind, of }: OfflineName): string => (kind === 'journal' ? of.tenantID : of.folder)

/** Whether an upload of this name is one of ours. */
export const isOurs = (name: string, installationID: string): boolean =>
  (parseObjectName(name) ?? parseOfflineName(name))?.of.installationID === installationID

/** Why a name is none of ours. */
export const whyStrange = (name: string, installationID: string): string =>
  name.startsWith(`${installationID}/`)
    ? 'No backup of ours is called so. Look at it, and take it away by hand.'
    : 'It lies outside the folder of this installation. Whoever put it there decides about it.'
