import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { StoreChanged, StoreGone, StoreRefused } from './errors.ts'
import { type ObjectRef } from './port.ts'
import { s3Head } from './s3-head.ts'
import { type S3Session } from './s3-session.ts'
import { parseVersion } from './s3-version.ts'

/** What names one version in a request. */
interface Aim {
  /** `null` is S3's name for the one without an ID; asked for by it, it goes without leaving a marker. */
  VersionId: string
  IfMatch?: string
}

/** Removes one version for good, after a look whether it is the one that was meant. */
export async function s3Remove(
  session: S3Session,
  { name, version }: ObjectRef,
  signal?: AbortSignal,
): Promise<'removed' | 'absent'> {
  const aim = await aimAt(session, { name, version }, signal)
  if (aim === undefined) return 'absent'
  try {
    await send(session, name, aim, signal)
    return 'removed'
  } catch (error) {
    if (error instanceof StoreGone && error.reason !== 'NoSuchBucket') return 'absent'
    throw error
  }
}

async function aimAt(
  session: S3Session,
  { name, version }: ObjectRef,
  signal?: AbortSignal,
): Promise<Aim | undefined> {
  const { versionID, etag } = parseVersion(version)
  if (versionID !== undefined) {
    // A marker cannot be looked at; its ID is never given twice, as any other.
    const there = etag === '' || (await s3Head(session, { name, versionID }, signal))
    return there ? { VersionId: versionID } : undefined
  }
  const current = await s3Head(session, { name }, signal)
  if (current && (current.versionID ?? 'null') === 'null')
    return current.etag === etag ? { VersionId: 'null', IfMatch: etag } : changed(name)
  // A marker of a bucket whose versions are suspended.
  if (etag === '') return { VersionId: 'null' }
  // The bucket keeps versions; this one is from before it did, and lies behind others, where no condition is judged.
  const hidden = await s3Head(session, { name, versionID: 'null' }, signal)
  if (hidden === undefined) return undefined
  return hidden.etag === etag ? { VersionId: 'null' } : changed(name)
}

async function send(session: S3Session, name: string, aim: Aim, signal?: AbortSignal): Promise<void> {
  const asked = { doing: `Removing ${name}`, precondition: 'changed' } as const
  const remove = ({ IfMatch, VersionId }: Aim) =>
    session.ask(
      asked,
      (client, options) =>
        client.send(
          new DeleteObjectCommand({ Bucket: session.bucket, Key: session.prefix + name, VersionId, IfMatch }),
          options,
        ),
      signal,
    )
  try {
    await remove(aim)
  } catch (error) {
    // Not every store can delete on a condition; then the look a moment ago has to do.
    if (!(error instanceof StoreRefused) || aim.IfMatch === undefined) throw error
    await remove({ VersionId: aim.VersionId })
  }
}

function changed(name: string): never {
  throw new StoreChanged(
    `Removing ${name}: something else lies there than what was decided on. Look again before anything is done to it.`,
  )
}
