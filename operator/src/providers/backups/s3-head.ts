import { HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { StoreDenied, StoreGone } from './errors.ts'
import { type ObjectHead } from './port.ts'
import { metadata, readDate } from './s3-metadata.ts'
import { type S3Session } from './s3-session.ts'
import { versionOf } from './s3-version.ts'

export interface S3Head extends ObjectHead {
  /** As the answer has it: absent in a bucket without versions. */
  versionID: string | undefined
  etag: string
  put: string | undefined
}

interface Wanted {
  name: string
  versionID?: string | undefined
}

/** What lies there under this name, or in this version of it; undefined where nothing does. */
export async function s3Head(
  session: S3Session,
  { name, versionID }: Wanted,
  signal?: AbortSignal,
): Promise<S3Head | undefined> {
  const { bucket: Bucket, prefix } = session
  const asked = { doing: `Looking at ${name}` }
  try {
    const found = await session.ask(
      asked,
      (client, options) =>
        client.send(new HeadObjectCommand({ Bucket, Key: prefix + name, VersionId: versionID }), options),
      signal,
    )
    return {
      name,
      version: versionOf(found.VersionId, found.ETag),
      versionID: found.VersionId,
      etag: found.ETag ?? '',
      bytes: found.ContentLength ?? 0,
      storedAt: found.LastModified ?? new Date(0),
      expiresAt: readDate(found.Metadata?.[metadata.expiresAt]),
      put: found.Metadata?.[metadata.put],
    }
  } catch (error) {
    if (!(error instanceof StoreGone)) throw error
    // A HEAD does not say what is missing: the object or its bucket.
    if (await bucketIsGone(session, asked, signal))
      throw new StoreGone(gone(asked.doing, Bucket), 'NoSuchBucket')
    return undefined
  }
}

const gone = (doing: string, bucket: string) =>
  `${doing}: the bucket ${bucket} does not exist. Correct the bucket in the class, or make it anew.`

/** Whoever may not ask for the bucket has seen the object's 404 from it, so it is there. */
async function bucketIsGone(session: S3Session, asked: { doing: string }, signal?: AbortSignal) {
  try {
    await session.ask(
      asked,
      (client, options) => client.send(new HeadBucketCommand({ Bucket: session.bucket }), options),
      signal,
    )
    return false
  } catch (error) {
    if (error instanceof StoreGone) return true
    if (error instanceof StoreDenied) return false
    throw error
  }
}
