import { type BackupName, parseObjectName } from '../../../backups/object-name.ts'
import { type ObjectRef, type StoredObject } from '../../../providers/backups/port.ts'

/** What lies in the store of one backup, every version of it. */
export interface StoredBackup {
  /** Of its bundle. */
  name: string
  of: BackupName
  bundles: StoredObject[]
  manifests: StoredObject[]
}

/** Something that is left alone, and why. */
export interface Refusal {
  object: Pick<ObjectRef, 'name'>
  why: string
}

export interface Gathered {
  /** By tenant ID; the newest backup first. */
  tenants: Map<string, StoredBackup[]>
  refused: Refusal[]
}

/** Sorts what lies in a store: whose it is, and which backup it belongs to. Only its names are believed so far. */
export function gather(objects: readonly StoredObject[], installationID: string): Gathered {
  const backups = new Map<string, StoredBackup>()
  const refused: Refusal[] = []
  for (const object of objects) {
    const parsed = parseObjectName(object.name)
    if (parsed?.of.installationID !== installationID) {
      if (!isRecoverySet(object.name, installationID))
        refused.push({ object, why: whyStrange(object.name, installationID) })
      continue
    }
    const name = object.name.replace(/\.manifest$/, '.age')
    const backup = backups.get(name) ?? { name, of: parsed.of, bundles: [], manifests: [] }
    backups.set(name, backup)
    const part = parsed.part === 'bundle' ? backup.bundles : backup.manifests
    part.push(object)
  }
  const inOrder = [...backups.values()].sort(
    ({ of: a }, { of: b }) =>
      a.tenantID.localeCompare(b.tenantID) ||
      b.sequence - a.sequence ||
      b.startedAt.getTime() - a.startedAt.getTime(),
  )
  return { tenants: Map.groupBy(inOrder, ({ of }) => of.tenantID), refused }
}

/** What a lost cluster would take with it lies beside the backups, and has no date: it goes with the tenant. */
export const isRecoverySet = (name: string, installationID: string): boolean =>
  name.startsWith(`${installationID}/`) &&
  /^[a-z][a-z0-9]{9}\/recovery-[0-9]+\.age$/.test(name.slice(installationID.length + 1))

/** Why a name is none of ours. */
export const whyStrange = (name: string, installationID: string): string =>
  name.startsWith(`${installationID}/`)
    ? 'No backup of ours is called so. Look at it, and take it away by hand.'
    : 'It lies outside the folder of this installation. Whoever put it there decides about it.'
