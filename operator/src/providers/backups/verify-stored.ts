import { createHash } from 'node:crypto'
import { StoreDamaged } from './errors.ts'
import { type BackupStore, type PutObject } from './port.ts'

/** Reads an object back, whole, and compares it with what was put; throws `StoreDamaged` where they differ. */
export async function verifyStored(
  store: Pick<BackupStore, 'read'>,
  put: Pick<PutObject, 'name' | 'version' | 'bytes' | 'sha256'>,
  signal?: AbortSignal,
): Promise<void> {
  const { name, version } = put
  const { body } = await store.read({ name, version }, signal)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > put.bytes) break
    hash.update(chunk)
  }
  if (bytes !== put.bytes)
    throw damaged(
      name,
      `it has ${bytes > put.bytes ? 'more' : 'fewer'} than the ${put.bytes} bytes that were put`,
    )
  if (hash.digest('hex') !== put.sha256) throw damaged(name, 'its sha256 is not that of what was put')
}

const damaged = (name: string, how: string) =>
  new StoreDamaged(
    `Reading ${name} back: ${how}. It is no backup; look at the disks of the store and at the network before it.`,
  )
