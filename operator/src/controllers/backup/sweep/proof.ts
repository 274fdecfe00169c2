import { type Manifest } from '../../../backups/manifest.ts'
import { type ObjectRef } from '../../../providers/backups/port.ts'
import { type StoredBackup } from './gather.ts'

/** Of a manifest that was read: what it says, where the installation's signature holds; else why it does not count. */
export type ReadManifest = Pick<Manifest, 'object' | 'bundle'> | { untrusted: string }

/** Manifests that were read, each under `refKey` of its object: what was read once need not be read again. */
export type ReadManifests = ReadonlyMap<string, ReadManifest>

export const refKey = ({ name, version }: ObjectRef): string => `${name} ${version}`

export type Proof =
  /** A backup: manifest and bundle belong together, and we wrote them. */
  | { is: 'proven' }
  /** Half of one, by its name and place ours: the other half was never written, or has gone before it. */
  | { is: 'unfinished' }
  /** Something was changed: nothing is concluded from it. */
  | { is: 'untrusted'; why: string }
  /** Nobody has looked yet. */
  | { is: 'unread'; manifest: ObjectRef }

/** What can be proven of a backup from the store alone. */
export function proofOf({ name, bundles, manifests }: StoredBackup, read: ReadManifests): Proof {
  const manifest = manifests.find(({ state }) => state === 'current')
  if (!manifest) return { is: 'unfinished' }
  const said = read.get(refKey(manifest))
  if (!said) return { is: 'unread', manifest }
  if ('untrusted' in said) return { is: 'untrusted', why: said.untrusted }
  if (said.object !== name)
    return { is: 'untrusted', why: `Its manifest is that of ${said.object}: somebody moved it here.` }
  const bundle = bundles.find(({ state }) => state === 'current')
  if (!bundle) return { is: 'unfinished' }
  if (bundle.bytes !== said.bundle.bytes)
    return {
      is: 'untrusted',
      why: `It has ${bundle.bytes} bytes, and its manifest says ${said.bundle.bytes}.`,
    }
  return { is: 'proven' }
}
