import { type Readable, addAbortSignal } from 'node:stream'
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { StoreChanged, StoreCut } from './errors.ts'
import { rest, restMs } from './patiently.ts'
import { type ObjectName, type OpenObject } from './port.ts'
import { metadata, readDate } from './s3-metadata.ts'
import { type S3Session } from './s3-session.ts'
import { parseVersion, versionOf } from './s3-version.ts'

interface Wanted {
  name: ObjectName
  version?: string
}

/** Opens an object; where the transfer is cut it is asked for the rest of the very same version. */
export async function s3Read(
  session: S3Session,
  { name, version }: Wanted,
  signal?: AbortSignal,
): Promise<OpenObject> {
  const wanted = version === undefined ? undefined : parseVersion(version)
  const opened = await get(session, name, { versionID: wanted?.versionID, etag: wanted?.etag }, signal)
  const { VersionId: versionID, ETag: etag, ContentLength: bytes = 0 } = opened
  const found = versionOf(versionID, etag)
  if (version !== undefined && found !== version) {
    discard(opened)
    throw new StoreChanged(
      `Reading ${name}: something else lies there than what was asked for. Look again before anything is done to it.`,
    )
  }
  return {
    name,
    version: found,
    bytes,
    storedAt: opened.LastModified ?? new Date(0),
    expiresAt: readDate(opened.Metadata?.[metadata.expiresAt]),
    body: content(session, { name, versionID, etag, bytes }, opened, signal),
  }
}

interface Pinned {
  name: ObjectName
  versionID: string | undefined
  etag: string | undefined
  bytes: number
}

/** The bytes in order. Patience begins anew with every byte that comes. */
async function* content(
  session: S3Session,
  pinned: Pinned,
  opened: GetObjectCommandOutput,
  signal?: AbortSignal,
) {
  const { outside, patienceMs } = session
  const { name, bytes } = pinned
  let body: GetObjectCommandOutput | undefined = opened
  let failures = 0
  let last = outside.monotonic()
  try {
    for (let at = 0; ;) {
      body ??= await get(session, name, pinned, signal, at)
      const chunks = chunksOf(body, signal)
      for (let next = await chunks(); next !== undefined; next = await chunks()) {
        failures = 0
        at += next.length
        if (at > bytes) break
        yield next
        // The reader's own time does not count.
        last = outside.monotonic()
      }
      discard(body)
      body = undefined
      if (at === bytes) return
      failures += 1
      const wait = restMs(failures, outside.random)
      if (at > bytes || outside.monotonic() - last + wait > patienceMs) throw cut(name, at, bytes)
      await rest(outside, wait, signal)
    }
  } finally {
    if (body) discard(body)
  }
}

/** One chunk after the other; undefined at the end, be it the real one or a broken connection: the length tells. */
function chunksOf(answer: GetObjectCommandOutput, signal?: AbortSignal) {
  const stream = answer.Body as Readable
  if (signal) addAbortSignal(signal, stream)
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return async (): Promise<Buffer | undefined> => {
    try {
      const next = await chunks.next()
      return next.done === true ? undefined : next.value
    } catch {
      signal?.throwIfAborted()
      return undefined
    }
  }
}

/** `from` is where to go on. */
function get(
  session: S3Session,
  name: ObjectName,
  { versionID, etag }: { versionID: string | undefined; etag: string | undefined },
  signal?: AbortSignal,
  from = 0,
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    Bucket: session.bucket,
    Key: session.prefix + name,
    VersionId: versionID,
    IfMatch: etag,
    Range: from === 0 ? undefined : `bytes=${from}-`,
  })
  const asked = { doing: `Reading ${name}`, precondition: 'changed' } as const
  return session.ask(asked, (client, options) => client.send(command, options), signal)
}

/** Ends the transfer. What it still says is of no interest. */
function discard(answer: GetObjectCommandOutput): void {
  const stream = answer.Body as Readable
  stream.on('error', () => {})
  stream.destroy()
}

const cut = (name: string, at: number, bytes: number) =>
  new StoreCut(
    at > bytes
      ? `Reading ${name}: the store sends more than the ${bytes} bytes that it said. Look at what lies before the store.`
      : `Reading ${name}: it was cut after ${at} of ${bytes} bytes, again and again. Look at the network and at the store.`,
  )
