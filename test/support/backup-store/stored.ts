import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { type S3Lab } from './s3-lab.ts'

/** Names of all that lies in the bucket, sorted. */
export async function storedNames({ client, bucket }: S3Lab): Promise<string[]> {
  const names: string[] = []
  let after: string | undefined
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after }))
    names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
    after = page.NextContinuationToken
  } while (after !== undefined)
  return names.sort()
}

export async function storedBytes({ client, bucket }: S3Lab, name: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }))
  if (Body === undefined) throw new Error(`${name} is empty.`)
  return Body.transformToByteArray()
}
