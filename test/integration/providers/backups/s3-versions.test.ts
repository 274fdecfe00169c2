import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreChanged, StoreGone } from '../../../../operator/src/providers/backups/errors.ts'
import { type BackupStore } from '../../../../operator/src/providers/backups/port.ts'
import { createS3Store } from '../../../../operator/src/providers/backups/s3.ts'
import { collect, noise } from '../../../support/backup-store/noise.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

const expiresAt = new Date('2026-12-22T02:00:00Z')
const name = 'i/t/1.age'

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** From 1 to `last`, some at a time. */
async function inBatches(last: number, work: (number: number) => Promise<void>) {
  const numbers = Array.from({ length: last }, (_, at) => at + 1)
  for (let at = 0; at < last; at += 16) await Promise.all(numbers.slice(at, at + 16).map(work))
}

describe('createS3Store with what a bucket keeps behind its names', () => {
  let lab: S3Lab
  let turn = 0
  const stores: BackupStore[] = []
  beforeAll(async () => {
    lab = await startS3Lab()
  })
  afterAll(async () => {
    for (const store of stores) store.close()
    await lab.stop()
  })

  const fresh = () => {
    turn += 1
    const prefix = `p${turn}`
    const store = createS3Store(lab.options({ prefix }))
    stores.push(store)
    const where = (key: string) => ({ Bucket: lab.bucket, Key: `${prefix}/${key}` })
    return { store, where, put: (seed: string) => store.put({ name, expiresAt }, noise(seed, 100)) }
  }
  const versioning = (Status: 'Enabled' | 'Suspended') =>
    lab.client.send(
      new PutBucketVersioningCommand({ Bucket: lab.bucket, VersioningConfiguration: { Status } }),
    )
  const states = async (store: BackupStore) => (await all(store.list(''))).map((each) => each.state)
  const content = async (store: BackupStore, version: string) =>
    (await collect((await store.read({ name, version })).body)).toString('hex')

  it('removes what lay there before the bucket kept versions', async () => {
    const { store, where, put } = fresh()
    const first = await put('a')
    await versioning('Enabled')
    expect(await store.read(first).then(({ version }) => version)).toBe(first.version)
    // A stranger writes over it: the first lies behind now.
    await lab.client.send(new PutObjectCommand({ ...where(name), Body: 'of a stranger' }))
    expect((await states(store)).toSorted()).toEqual(['current', 'hidden'])
    const [hidden] = (await all(store.list(''))).filter(({ state }) => state === 'hidden')
    expect(hidden?.version).toBe(first.version)
    expect(await store.remove(first)).toBe('removed')
    expect(await states(store)).toEqual(['current'])
    expect(await store.remove(first)).toBe('absent')
    expect(await states(store)).toEqual(['current'])
  })

  it('shows, reads and removes what lies behind a marker, and the marker', async () => {
    await versioning('Enabled')
    const { store, where, put } = fresh()
    const first = await put('a')
    await lab.client.send(new DeleteObjectCommand(where(name)))
    expect(await store.head(name)).toBeUndefined()
    await expect(store.read({ name })).rejects.toThrow(StoreGone)
    expect((await collect((await store.read(first)).body)).equals(await collect(noise('a', 100)))).toBe(true)
    expect((await states(store)).toSorted()).toEqual(['hidden', 'marker'])
    for (const each of await all(store.list(''))) expect(await store.remove(each)).toBe('removed')
    expect(await states(store)).toEqual([])
    await put('b')
    expect(await states(store)).toEqual(['current'])
  })

  it('gives each version its own content', async () => {
    await versioning('Enabled')
    const { store, where, put } = fresh()
    const first = await put('a')
    await lab.client.send(new PutObjectCommand({ ...where(name), Body: 'of a stranger' }))
    const second = await store.head(name)
    expect(await content(store, first.version)).toBe((await collect(noise('a', 100))).toString('hex'))
    expect(await content(store, second!.version)).toBe(Buffer.from('of a stranger').toString('hex'))
  })

  it('removes nothing for a version without an ID that is another by its content', async () => {
    await versioning('Suspended')
    const { store, put } = fresh()
    const first = await put('a')
    await expect(store.remove({ name, version: 'null "other"' })).rejects.toThrow(StoreChanged)
    expect(await store.remove(first)).toBe('removed')
    expect(await states(store)).toEqual([])
  })

  it('removes the marker that a bucket makes whose versions are suspended', async () => {
    await versioning('Suspended')
    const { store, where, put } = fresh()
    await put('a')
    await lab.client.send(new DeleteObjectCommand(where(name)))
    expect(await states(store)).toEqual(['marker'])
    for (const each of await all(store.list(''))) expect(await store.remove(each)).toBe('removed')
    expect(await states(store)).toEqual([])
  })

  it('lists more than one page, each entry once, also where a page ends between the versions of one name', async () => {
    await versioning('Enabled')
    const { store, where } = fresh()
    const names = ['a.age', 'b.age', 'c.age', 'd.age', 'e.age']
    const each = 225
    await inBatches(each - 1, async (version) => {
      for (const key of names)
        await lab.client.send(new PutObjectCommand({ ...where(key), Body: String(version) }))
    })
    for (const key of names) await lab.client.send(new DeleteObjectCommand(where(key)))
    const listed = await all(store.list(''))
    expect(listed).toHaveLength(names.length * each)
    expect(new Set(listed.map(({ name, version }) => `${name} ${version}`)).size).toBe(listed.length)
    expect(listed.map(({ name }) => name)).toEqual(names.flatMap((key) => Array<string>(each).fill(key)))
    expect(listed.filter(({ state }) => state === 'marker')).toHaveLength(names.length)
  })

  it('lists more than one page of half uploads', async () => {
    const { store, where } = fresh()
    const begun: (string | undefined)[] = []
    await inBatches(1_010, async (upload) => {
      const { UploadId } = await lab.client.send(new CreateMultipartUploadCommand(where(`i/t/${upload}.age`)))
      begun.push(UploadId)
    })
    const listed = (await all(store.halfUploads('i'))).map(({ uploadID }) => uploadID)
    expect(listed.toSorted()).toEqual(begun.toSorted())
  })
})
