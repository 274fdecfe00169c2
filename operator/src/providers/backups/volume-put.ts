import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { eachAtOnce } from './each-at-once.ts'
import { StoreExists } from './errors.ts'
import { type Outside } from './outside.ts'
import { type NewObject, type PutObject } from './port.ts'
import { writeAbout } from './volume-about.ts'
import { errnoOf, volumeError } from './volume-error-table.ts'
import { inFolder, pruneFolders, syncFolder } from './volume-folders.ts'
import { lookAt, storedAtOf, versionOf } from './volume-head.ts'
import { type VolumeLayout } from './volume-layout.ts'

/** So much is written before it is made to last: a full disk shows early, and few pages wait in memory. */
const syncEvery = 64 * 2 ** 20

/** Puts a stream; see port.ts for what it promises, and volume-layout.ts for where things lie meanwhile. */
export async function volumePut(
  layout: VolumeLayout,
  outside: Outside,
  { name, expiresAt }: NewObject,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<PutObject> {
  const doing = `Putting ${name}`
  const own = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw volumeError(doing, error)
    })
  const { root } = layout
  const about = { uploadID: outside.uuid(), expiresAt: inSeconds(expiresAt) }
  const [object, claim, upload] = [
    layout.object(name),
    layout.aboutOf(name),
    layout.upload(name, about.uploadID),
  ]
  const isTaken = async () => (await own(lookAt(root, object))) !== undefined
  if (await isTaken()) throw taken(name)

  // What there is to be undone, the newest last.
  const made: string[] = [upload]
  const chunks = body[Symbol.asyncIterator]()
  try {
    const handle = await own(inFolder(root, upload, () => open(upload, 'wx', 0o600)))
    const { bytes, sha256, found } = await pour(chunks, handle, own, signal).finally(() =>
      own(handle.close()),
    )
    signal?.throwIfAborted()
    await own(
      inFolder(root, claim, () => writeAbout(claim, about)).catch((error: unknown) => {
        // Not ours to undo: somebody else has the name, or broke off with it in hand.
        if (errnoOf(error) === 'EEXIST') throw taken(name)
        made.push(claim)
        throw error
      }),
    )
    made.push(claim)
    if (await isTaken()) throw taken(name)
    await own(inFolder(root, object, () => rename(upload, object)))
    made.push(object)
    await own(syncFolder(dirname(object)))
    made.length = 0
    return { name, version: versionOf(found), bytes, storedAt: storedAtOf(found), sha256 }
  } catch (error) {
    for (const path of made.toReversed()) {
      await rm(path, { force: true }).catch(() => {})
      await pruneFolders(layout.home, path)
    }
    throw error
  } finally {
    await pruneFolders(layout.uploads, upload)
    // The caller's stream is told that nobody reads on. One that stands still would not answer.
    chunks.return?.().catch(() => {})
  }
}

/** All of the stream into a file that lasts. */
async function pour(
  chunks: AsyncIterator<Uint8Array>,
  handle: FileHandle,
  own: <T>(work: Promise<T>) => Promise<T>,
  signal?: AbortSignal,
) {
  const hash = createHash('sha256')
  let bytes = 0
  let synced = 0
  const write = async (chunk: Uint8Array) => {
    hash.update(chunk)
    for (let at = 0; at < chunk.length;) at += (await own(handle.write(chunk, at))).bytesWritten
    bytes += chunk.length
    if (bytes - synced < syncEvery) return
    await own(handle.datasync())
    synced = bytes
  }
  await eachAtOnce(chunks, 1, write, signal)
  await own(handle.sync())
  return { bytes, sha256: hash.digest('hex'), found: await own(handle.stat({ bigint: true })) }
}

const inSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000)

const taken = (name: string) =>
  new StoreExists(`Putting ${name}: the name is taken. Nothing is written over it; take another name.`)
