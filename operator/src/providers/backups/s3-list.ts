import {
  type ListMultipartUploadsCommandOutput,
  ListMultipartUploadsCommand,
  type ListObjectVersionsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectsV2CommandOutput,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { StoreRefused } from './errors.ts'
import { type HalfUpload, type StoredObject } from './port.ts'
import { type S3Session } from './s3-session.ts'
import { versionOf } from './s3-version.ts'

const under = ({ prefix }: S3Session, folder: string) => prefix + (folder === '' ? '' : `${folder}/`)

/** All versions of everything below a folder. */
export async function* s3List(
  session: S3Session,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<StoredObject, void, undefined> {
  const doing = folder === '' ? 'Listing the store' : `Listing ${folder}`
  const where = { Bucket: session.bucket, Prefix: under(session, folder) }
  for (let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; from;) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ ...where, ...from })
    let page: ListObjectVersionsCommandOutput
    try {
      page = await session.ask({ doing }, (client, options) => client.send(command, options), signal)
    } catch (error) {
      if (!(error instanceof StoreRefused && error.reason === 'NotImplemented')) throw error
      // A store that knows no versions (Cloudflare R2).
      yield* listPlainly(session, doing, where, signal)
      return
    }
    yield* pageOf(session, page)
    from = page.IsTruncated === true ? nextOf(page) : undefined
  }
}

function nextOf({ NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput) {
  if (NextKeyMarker === undefined) throw unfinished()
  return {
    KeyMarker: NextKeyMarker,
    ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
  }
}

/** A page has objects and markers apart from each other; each list is in the order of its keys. */
function pageOf({ prefix }: S3Session, page: ListObjectVersionsCommandOutput): StoredObject[] {
  const objects = (page.Versions ?? []).map((found) => ({
    ...named(prefix, found),
    bytes: found.Size ?? 0,
    state: found.IsLatest === false ? ('hidden' as const) : ('current' as const),
  }))
  const markers = (page.DeleteMarkers ?? []).map((found) => ({
    ...named(prefix, found),
    bytes: 0,
    state: 'marker' as const,
  }))
  return [...objects, ...markers].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

interface Found {
  Key?: string | undefined
  VersionId?: string | undefined
  ETag?: string | undefined
  LastModified?: Date | undefined
}

const named = (prefix: string, { Key = '', VersionId, ETag, LastModified = new Date(0) }: Found) => ({
  name: Key.slice(prefix.length),
  version: versionOf(VersionId, ETag),
  storedAt: LastModified,
})

async function* listPlainly(
  session: S3Session,
  doing: string,
  where: { Bucket: string; Prefix: string },
  signal?: AbortSignal,
): AsyncGenerator<StoredObject, void, undefined> {
  for (let from: { ContinuationToken?: string } | undefined = {}; from;) {
    const command: ListObjectsV2Command = new ListObjectsV2Command({ ...where, ...from })
    const page: ListObjectsV2CommandOutput = await session.ask(
      { doing },
      (client, options) => client.send(command, options),
      signal,
    )
    for (const found of page.Contents ?? [])
      yield { ...named(session.prefix, found), bytes: found.Size ?? 0, state: 'current' }
    if (page.IsTruncated === true && page.NextContinuationToken === undefined) throw unfinished()
    from =
      page.NextContinuationToken === undefined ? undefined : { ContinuationToken: page.NextContinuationToken }
  }
}

interface UploadsFrom {
  KeyMarker?: string
  UploadIdMarker?: string | undefined
}

/** Uploads that were begun below a folder. */
export async function* s3HalfUploads(
  session: S3Session,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<HalfUpload, void, undefined> {
  const doing = folder === '' ? 'Listing half uploads' : `Listing half uploads of ${folder}`
  const where = { Bucket: session.bucket, Prefix: under(session, folder) }
  const ask = (from: UploadsFrom) => {
    const command = new ListMultipartUploadsCommand({ ...where, ...from })
    return session.ask({ doing }, (client, options) => client.send(command, options), signal)
  }
  for (let from: UploadsFrom = {}; ;) {
    const page: ListMultipartUploadsCommandOutput = await ask(from).catch((error: unknown) => {
      const { KeyMarker, UploadIdMarker } = from
      if (!(error instanceof StoreRefused) || KeyMarker === undefined || UploadIdMarker === undefined)
        throw error
      // A store that takes no place within one name (versitygw): what is left of that name shows the next time.
      return ask({ KeyMarker })
    })
    for (const { Key = '', UploadId = '', Initiated = new Date(0) } of page.Uploads ?? [])
      yield { name: Key.slice(session.prefix.length), uploadID: UploadId, startedAt: Initiated }
    if (page.IsTruncated !== true) return
    if (page.NextKeyMarker === undefined) throw unfinished()
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}

/** A list that is short without saying so would let a sweep forget what lies behind it. */
const unfinished = () =>
  new StoreRefused(
    'Listing the store: it says that there is more, and not where. Look at what lies before the store.',
  )
