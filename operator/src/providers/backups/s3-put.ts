import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { cutParts } from './cut-parts.ts'
import { eachAtOnce } from './each-at-once.ts'
import { StoreExists, StoreGone, StoreRefused, StoreUnavailable } from './errors.ts'
import { mostParts, partSize } from './part-size.ts'
import { type NewObject, type PutObject } from './port.ts'
import { type S3Head, s3Head } from './s3-head.ts'
import { metadata, writeDate } from './s3-metadata.ts'
import { type S3Session } from './s3-session.ts'

/** Parts on their way at the same time; one more is being filled. */
const atOnce = 2
/** For how long a failed upload is tried to be aborted; the sweep does it otherwise. */
const abortPatienceMs = 20_000

interface Target {
  Bucket: string
  Key: string
}

interface Upload {
  name: string
  target: Target
  Metadata: Record<string, string>
}

/** Puts a stream; see port.ts for what it promises. */
export async function s3Put(
  session: S3Session,
  object: NewObject,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<PutObject> {
  const { name, expiresAt, expectedBytes } = object
  if (await s3Head(session, { name }, signal)) throw taken(name)
  const token = session.outside.uuid()
  const upload: Upload = {
    name,
    target: { Bucket: session.bucket, Key: session.prefix + name },
    Metadata: { [metadata.expiresAt]: writeDate(expiresAt), [metadata.put]: token },
  }

  const hash = createHash('sha256')
  let bytes = 0
  async function* counted() {
    for await (const chunk of body) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  const parts = cutParts(counted(), (number) => partSize(number, expectedBytes))
  try {
    const begun = await firstParts(parts, signal)
    const stored =
      begun.length < 2
        ? await putWhole(session, upload, begun[0] ?? Buffer.alloc(0), token, signal)
        : await putInParts(session, upload, again(begun, parts), token, signal)
    return { name, version: stored.version, bytes, storedAt: stored.storedAt, sha256: hash.digest('hex') }
  } finally {
    // The caller's stream is told that nobody reads on. One that stands still would not answer.
    parts.return().catch(() => {})
  }
}

/** Two parts, or the only one. A signal ends it, also while the stream stands still. */
async function firstParts(parts: AsyncIterator<Buffer>, signal?: AbortSignal): Promise<Buffer[]> {
  const begun: Buffer[] = []
  const two = {
    next: () =>
      begun.length < 2 ? parts.next() : Promise.resolve({ done: true as const, value: undefined }),
  }
  await eachAtOnce(two, 1, (part) => Promise.resolve(void begun.push(part)), signal)
  return begun
}

async function* again(begun: Buffer[], parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for (let part = begun.shift(); part; part = begun.shift()) yield part
  yield* parts
}

function putWhole(session: S3Session, upload: Upload, content: Buffer, token: string, signal?: AbortSignal) {
  const { name, target, Metadata } = upload
  const put = new PutObjectCommand({ ...target, Metadata, Body: content, IfNoneMatch: '*' })
  const asked = { doing: `Putting ${name}`, precondition: 'exists' } as const
  return surely(
    session,
    upload,
    token,
    () => session.ask(asked, (client, options) => client.send(put, options), signal),
    signal,
  )
}

async function putInParts(
  session: S3Session,
  upload: Upload,
  parts: AsyncIterator<Buffer>,
  token: string,
  signal?: AbortSignal,
): Promise<S3Head> {
  const { name, target, Metadata } = upload
  const doing = `Putting ${name}`
  const create = new CreateMultipartUploadCommand({ ...target, Metadata })
  const begun = await session.ask({ doing }, (client, options) => client.send(create, options), signal)
  const UploadId = begun.UploadId
  if (UploadId === undefined) throw new StoreRefused(`${doing}: the store began an upload without an ID.`)
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    const send = async (Body: Buffer, PartNumber: number, stop: AbortSignal) => {
      if (PartNumber > mostParts) throw tooLong(name)
      const part = new UploadPartCommand({ ...target, UploadId, PartNumber, Body })
      const asked = { doing: `${doing}, part ${PartNumber}` }
      const { ETag } = await session.ask(asked, (client, options) => client.send(part, options), stop)
      Parts[PartNumber - 1] = { PartNumber, ETag }
    }
    await eachAtOnce(parts, atOnce, send, signal)
    const complete = new CompleteMultipartUploadCommand({
      ...target,
      UploadId,
      MultipartUpload: { Parts },
      IfNoneMatch: '*',
    })
    const asked = { doing: `Completing ${name}`, precondition: 'exists', slow: true } as const
    const finish = () => session.ask(asked, (client, options) => client.send(complete, options), signal)
    return await surely(session, upload, token, finish, signal)
  } catch (error) {
    await session
      .ask({ doing: `Aborting the upload of ${name}`, patienceMs: abortPatienceMs }, (client, options) =>
        client.send(new AbortMultipartUploadCommand({ ...target, UploadId }), options),
      )
      .catch(() => {})
    throw error
  }
}

/**
 * The last step of a put. Where it fails, or its answer was lost and the next try met its own work, what lies in the store
 * decides: an object with this call's token is ours.
 */
async function surely(
  session: S3Session,
  { name }: Upload,
  token: string,
  step: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<S3Head> {
  let failure: Error | undefined
  try {
    await step()
  } catch (error) {
    signal?.throwIfAborted()
    failure = error as Error
  }
  const found = await s3Head(session, { name }, signal).catch((error: unknown) => {
    throw failure ?? error
  })
  if (found?.put === token) return found
  if (failure instanceof StoreGone && found) throw taken(name)
  if (failure !== undefined) throw failure
  throw found ? taken(name) : new StoreUnavailable(lost(name))
}

const taken = (name: string) =>
  new StoreExists(`Putting ${name}: the name is taken. Nothing is written over it; take another name.`)

const tooLong = (name: string) =>
  new StoreRefused(
    `Putting ${name}: the stream is far longer than expected, and out of parts. Say how long it is.`,
  )

const lost = (name: string) =>
  `Putting ${name}: the store said that it has it, and it is not there. Look at the store's own log.`
