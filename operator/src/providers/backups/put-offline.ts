import { journalName, recoveryName } from '../../backups/offline-name.ts'
import { nextNumber } from './next-number.ts'
import { type OfflineObject, type OfflineStored } from './offline-port.ts'
import { type BackupStore } from './port.ts'
import { verifyStored } from './verify-stored.ts'

/** Puts it under the next number, and reads it back; takes away what came back otherwise. */
export async function putOffline(
  store: Pick<BackupStore, 'list' | 'put' | 'read' | 'remove'>,
  object: OfflineObject,
  signal?: AbortSignal,
): Promise<OfflineStored & { version: string }> {
  const { installationID, folder, expiresAt, ciphertext } = object
  const names: string[] = []
  for await (const { name } of store.list(`${installationID}/${folder}`, signal)) names.push(name)
  const number = nextNumber(names, object)
  const name = offlineName(object, number)
  const expectedBytes = ciphertext.length
  const put = await store.put({ name, expiresAt, expectedBytes }, once(ciphertext), signal)
  try {
    await verifyStored(store, put, signal)
  } catch (error) {
    await store.remove(put).catch(() => {})
    throw error
  }
  return { name, number, version: put.version }
}

function offlineName({ kind, folder, installationID, at, expiresAt }: OfflineObject, number: number): string {
  const of = { installationID, number, at, expiresAt }
  return kind === 'journal' ? journalName({ ...of, tenantID: folder }) : recoveryName({ ...of, folder })
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
