/** An S3 server with one bucket, and what it takes to get in. */
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type S3StoreOptions } from '../../../operator/src/providers/backups/port.ts'
import { startObjectStore } from '../../cluster/object-store.ts'

export interface S3Lab {
  options(some?: Partial<S3StoreOptions>): S3StoreOptions
  /** Past our own code, straight to the server. */
  client: S3Client
  bucket: string
  put(name: string, body: string): Promise<void>
  /** What the bucket is on disk. */
  folder: string
  /** Of the server, which has the credential in its environment. */
  pid: number
  stop(): Promise<void>
}

/** `address`: 127.0.0.1 unless given, as of `startObjectStore`. */
export async function startS3Lab({
  versioning = false,
  ...where
}: { versioning?: boolean; address?: string } = {}): Promise<S3Lab> {
  const server = await startObjectStore({ ...where, progress: () => {} })
  const bucket = 'backups'
  const credentials = { accessKeyID: server.accessKey, secretAccessKey: server.secretKey }
  const client = new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  if (versioning)
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
  return {
    options: (some = {}) => ({
      endpoint: server.endpoint,
      region: server.region,
      bucket,
      prefix: '',
      forcePathStyle: true,
      credentials,
      ...some,
    }),
    client,
    bucket,
    put: async (name, body) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: body }))
    },
    folder: `${server.folder}/${bucket}`,
    pid: server.pid,
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}
