import { StoreGone } from '../../../operator/src/providers/backups/errors.ts'
import { type BackupStore, type OpenObject } from '../../../operator/src/providers/backups/port.ts'
import { type Shown } from './damages.ts'

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) {
    await Promise.resolve()
    yield bytes.subarray(at, at + 65_536)
  }
}

/** A store that shows what it wants in the place of one backup, as far as a restore looks at it. */
export function shownStore(
  object: string,
  { bundle, manifest, expiresAt }: Shown,
): Pick<BackupStore, 'head' | 'read'> {
  const content = (name: string) => (name === object ? bundle : manifest)
  const head = (name: string, bytes: Buffer) => ({
    name,
    version: '1',
    bytes: bytes.length,
    storedAt: new Date(),
    expiresAt,
  })
  return {
    head: (name) => {
      const bytes = content(name)
      return Promise.resolve(bytes && head(name, bytes))
    },
    read: ({ name }) => {
      const bytes = content(name)
      if (bytes === undefined) return Promise.reject(new StoreGone(`${name} is not there.`))
      return Promise.resolve<OpenObject>({ ...head(name, bytes), body: inPieces(bytes) })
    },
  }
}
