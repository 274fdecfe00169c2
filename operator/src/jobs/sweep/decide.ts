import { type InstallationKeys } from '../../backups/installation-key.ts'
import { type ReadManifest, refKey } from '../../controllers/backup/sweep/proof.ts'
import { type Sweep, type SweepLook, sweep } from '../../controllers/backup/sweep/sweep.ts'
import { type BackupStore, type StoredObject } from '../../providers/backups/port.ts'
import { readManifests } from './read-manifests.ts'

/** What is to become of one folder: reads what it is asked to read, until there is nothing more to ask. */
export async function decide(
  look: Omit<SweepLook, 'manifests' | 'halfUploads'>,
  keys: InstallationKeys,
  store: Pick<BackupStore, 'read'>,
  signal: AbortSignal,
): Promise<{ plan: Sweep; objects: readonly StoredObject[] }> {
  const manifests = new Map<string, ReadManifest>()
  let { objects } = look
  while (true) {
    const plan = sweep({ ...look, objects, manifests, halfUploads: [] })
    if (plan.unread.length === 0) return { plan, objects }
    const found = await readManifests(plan.unread, keys, store, signal)
    for (const [key, said] of found) if (said) manifests.set(key, said)
    objects = objects.filter((object) => !found.has(refKey(object)) || found.get(refKey(object)))
  }
}
