import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { StoreChanged, StoreCut, StoreGone } from './errors.ts'
import { type ObjectName, type OpenObject } from './port.ts'
import { volumeError } from './volume-error-table.ts'
import { versionOf, volumeHead } from './volume-head.ts'
import { type VolumeLayout } from './volume-layout.ts'

const chunkBytes = 256 * 1024

export async function volumeRead(
  layout: VolumeLayout,
  { name, version }: { name: ObjectName; version?: string },
  signal?: AbortSignal,
): Promise<OpenObject> {
  const head = await volumeHead(layout, name)
  if (head === undefined)
    throw new StoreGone(`Reading ${name}: it is not there. Somebody took it away, or it never was there.`)
  if (version !== undefined && head.version !== version) throw changed(name)
  return { ...head, body: content(layout.object(name), head, signal) }
}

async function* content(
  path: string,
  { name, version, bytes }: { name: ObjectName; version: string; bytes: number },
  signal?: AbortSignal,
) {
  const own = (error: unknown) => {
    throw volumeError(`Reading ${name}`, error)
  }
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(own)
  try {
    if (versionOf(await handle.stat({ bigint: true })) !== version) throw changed(name)
    for (let at = 0; at < bytes;) {
      signal?.throwIfAborted()
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, bytes - at))
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at).catch(own)
      if (bytesRead === 0)
        throw new StoreCut(`Reading ${name}: it ended after ${at} of ${bytes} bytes. Look at the disk.`)
      at += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

const changed = (name: string) =>
  new StoreChanged(
    `Reading ${name}: something else lies there than what was asked for. Look again before anything is done to it.`,
  )
