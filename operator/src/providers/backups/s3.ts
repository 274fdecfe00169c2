import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3'
import { checkFolder, checkName } from './check-name.ts'
import { StoreGone } from './errors.ts'
import { type Outside, system } from './outside.ts'
import { type BackupStore, type HalfUpload, type S3StoreOptions } from './port.ts'
import { s3Head } from './s3-head.ts'
import { s3HalfUploads, s3List } from './s3-list.ts'
import { s3Put } from './s3-put.ts'
import { s3Read } from './s3-read.ts'
import { s3Remove } from './s3-remove.ts'
import { type S3Session, openS3 } from './s3-session.ts'

/** A store in an S3 bucket. Nothing is asked of it before the first call. A connection may be silent for `idleMs`. */
export function createS3Store(
  options: S3StoreOptions,
  outside: Outside = system,
  idleMs = 60_000,
): BackupStore {
  checkFolder(options.prefix)
  const session = openS3(options, outside, idleMs)
  return {
    put: async (object, body, signal) => {
      checkName(object.name)
      return await s3Put(session, object, body, signal)
    },
    read: async (object, signal) => {
      checkName(object.name)
      return await s3Read(session, object, signal)
    },
    head: async (name, signal) => {
      const found = await s3Head(session, { name: checkName(name) }, signal)
      if (found === undefined) return undefined
      const { version, bytes, storedAt, expiresAt } = found
      return { name, version, bytes, storedAt, expiresAt }
    },
    list: (folder, signal) => s3List(session, checkFolder(folder), signal),
    // What was listed is removed under the name that it was listed by, be it one of ours or not.
    remove: (object, signal) => s3Remove(session, object, signal),
    halfUploads: (folder, signal) => s3HalfUploads(session, checkFolder(folder), signal),
    abort: (upload, signal) => abort(session, upload, signal),
    close: () => session.close(),
  }
}

async function abort(
  { ask, bucket, prefix }: S3Session,
  { name, uploadID }: HalfUpload,
  signal?: AbortSignal,
): Promise<'aborted' | 'absent'> {
  const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: prefix + name, UploadId: uploadID })
  try {
    await ask({ doing: `Aborting the upload of ${name}` }, (client, o) => client.send(command, o), signal)
    return 'aborted'
  } catch (error) {
    if (error instanceof StoreGone && error.reason !== 'NoSuchBucket') return 'absent'
    throw error
  }
}
