import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { eachAtOnce } from './each-at-once.ts'
import { StoreExists } from './errors.ts'
import { type Outside } from './outside.ts'
import { type NewObject, type PutObject } from './port.ts'
import { writeAbout } from './volume-about.ts'
import { errnoOf, volumeError } from './volume-error-table.ts'
import { makeFolders, syncFolder } from './volume-folders.ts'
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
  const uploadID = outside.uuid()
  const [object, claim, ticket, content] = [
    layout.object(name),
    layout.aboutOf(name),
    layout.ticket(uploadID),
    layout.content(uploadID),
  ]
  const isTaken = async () => (await own(lookAt(root, object))) !== undefined
  if (await isTaken()) throw taken(name)

  // What is there to be undone, the newest last.
  const made: string[] = []
  const chunks = body[Symbol.asyncIterator]()
  try {
    made.push(ticket)
    const about = { name, uploadID, expiresAt: inSeconds(expiresAt) }
    await own(makeFolders(root, ticket).then(() => writeAbout(ticket, about)))
    made.push(content)
    const handle = await own(open(content, 'wx', 0o600))
    const { bytes, sha256, found } = await pour(chunks, handle, own, signal).finally(() =>
      own(handle.close()),
    )

    signal?.throwIfAborted()
    await own(makeFolders(root, claim))
    await own(
      writeAbout(claim, about).catch((error: unknown) => {
        // Not ours to undo: somebody else has the name, or broke off with it in hand.
        if (errnoOf(error) === 'EEXIST') throw taken(name)
        made.push(claim)
        throw error
      }),
    )
    made.push(claim)
    if (await isTaken()) throw taken(name)
    await own(place(root, content, object))
    made.push(object)
    await own(syncFolder(dirname(object)))
    made.length = 0
    await own(rm(ticket, { force: true }))
    return { name, version: versionOf(found), bytes, storedAt: storedAtOf(found), sha256 }
  } catch (error) {
    for (const path of made.toReversed()) await rm(path, { force: true }).catch(() => {})
    throw error
  } finally {
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

/** A removal beside us may prune the folder just before the rename. */
async function place(root: string, content: string, object: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await makeFolders(root, object)
    try {
      await rename(content, object)
      return
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || tries === 3) throw error
    }
  }
}

const inSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000)

const taken = (name: string) =>
  new StoreExists(`Putting ${name}: the name is taken. Nothing is written over it; take another name.`)
