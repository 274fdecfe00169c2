import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  StoreChanged,
  StoreClockSkewed,
  StoreCut,
  StoreDamaged,
  StoreDenied,
  StoreExists,
  StoreFull,
  StoreGone,
  StoreRefused,
  StoreUnavailable,
} from '../../../../operator/src/providers/backups/errors.ts'
import { type BackupStore } from '../../../../operator/src/providers/backups/port.ts'
import { createS3Store } from '../../../../operator/src/providers/backups/s3.ts'
import { verifyStored } from '../../../../operator/src/providers/backups/verify-stored.ts'
import { hasty } from '../../../support/backup-store/hasty.ts'
import { noise } from '../../../support/backup-store/noise.ts'
import {
  type Fault,
  type Operation,
  type S3FaultProxy,
  type Seen,
  startS3FaultProxy,
} from '../../../support/backup-store/s3-fault-proxy.ts'
import { type S3Lab, startS3Lab } from '../../../support/backup-store/s3-lab.ts'

const MiB = 2 ** 20
const expiresAt = new Date('2026-12-22T02:00:00Z')
const slowDown: Fault = { do: 'answer', status: 503, code: 'SlowDown' }

const patienceMs = 30_000
/** For tests of silence: a connection may be silent for so long, while patience is for some tries. */
const idleMs = 1_500

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('createS3Store behind a network that fails', () => {
  let lab: S3Lab
  let proxy: S3FaultProxy
  let store: BackupStore
  /** The same, which notices silence early. */
  let alert: BackupStore
  let turn = 0
  let name: string
  beforeAll(async () => {
    lab = await startS3Lab()
    proxy = await startS3FaultProxy(lab.options().endpoint)
    const options = lab.options({ endpoint: proxy.endpoint, prefix: 'p', patienceMs })
    store = createS3Store(options, hasty())
    alert = createS3Store(options, hasty(), idleMs)
  })
  afterAll(async () => {
    store.close()
    alert.close()
    await proxy.close()
    await lab.stop()
  })
  beforeEach(() => {
    turn += 1
    name = `i/t${turn}/00000001.age`
    proxy.script(() => undefined)
  })

  const put = (bytes: number, by = store) => by.put({ name, expiresAt }, noise(name, bytes))
  const noticing = (fault: Fault) => (['silence', 'stallAnswer'].includes(fault.do) ? alert : store)
  const times = (operation: Operation) => proxy.seen.filter((each) => each.operation === operation).length
  const on =
    (operation: Operation, fault: Fault, most = Infinity) =>
    (seen: Seen) =>
      seen.operation === operation && seen.time <= most ? fault : undefined
  const nothingIsLeft = async () => {
    proxy.script(() => undefined)
    expect(await all(store.list(`i/t${turn}`))).toEqual([])
    expect(await all(store.halfUploads(`i/t${turn}`))).toEqual([])
  }

  describe('put', () => {
    const passing: { operation: Operation; fault: Fault; because: string }[] = [
      { operation: 'HeadObject', fault: slowDown, because: 'overload at the first look' },
      { operation: 'CreateMultipartUpload', fault: slowDown, because: 'overload at the beginning' },
      { operation: 'UploadPart', fault: slowDown, because: 'overload in the middle' },
      { operation: 'CompleteMultipartUpload', fault: slowDown, because: 'overload at the end' },
      { operation: 'UploadPart', fault: { do: 'answer', status: 500 }, because: 'an error without words' },
      { operation: 'UploadPart', fault: { do: 'answer', status: 502 }, because: 'a proxy of somebody' },
      {
        operation: 'UploadPart',
        fault: { do: 'answer', status: 400, code: 'RequestTimeout' },
        because: 'the body came too slowly',
      },
      {
        operation: 'UploadPart',
        fault: { do: 'answer', status: 400, code: 'BadDigest' },
        because: 'the part was damaged on its way',
      },
      { operation: 'UploadPart', fault: { do: 'cutRequest', after: 3 * MiB }, because: 'cut in mid part' },
      { operation: 'UploadPart', fault: { do: 'loseAnswer' }, because: 'a part that arrived is sent again' },
      { operation: 'UploadPart', fault: { do: 'silence' }, because: 'a store that fell silent' },
      {
        operation: 'CompleteMultipartUpload',
        fault: { do: 'answer', status: 200, code: 'InternalError' },
        because: 'an error in the body of a 200',
      },
      {
        operation: 'CompleteMultipartUpload',
        fault: { do: 'answer', status: 409, code: 'ConditionalRequestConflict' },
        because: 'a conflict that the store wants to be tried again',
      },
      {
        operation: 'CompleteMultipartUpload',
        fault: { do: 'loseAnswer' },
        because: 'completed, and nobody said so',
      },
    ]
    it.each(passing)('comes through $operation: $because', async ({ operation, fault }) => {
      proxy.script(on(operation, fault, 2))
      const done = await put(17 * MiB, noticing(fault))
      expect(times(operation)).toBeGreaterThan(2)
      await verifyStored(store, done)
      expect(await all(store.halfUploads(`i/t${turn}`))).toEqual([])
    })

    it('leaves to the sweep what was begun and nobody said so', async () => {
      proxy.script(on('CreateMultipartUpload', { do: 'cutAnswer', after: 10 }, 2))
      await verifyStored(store, await put(17 * MiB))
      const left = await all(store.halfUploads(`i/t${turn}`))
      expect(left.map((each) => each.name)).toEqual([name, name])
      for (const each of left) expect(await store.abort(each)).toBe('aborted')
      expect(await all(store.halfUploads(`i/t${turn}`))).toEqual([])
    })

    it.each([
      { answer: { status: 404, code: 'NoSuchUpload' }, because: 'the upload is over' },
      { answer: { status: 412, code: 'PreconditionFailed' }, because: 'the name is taken: by us' },
    ])('knows its own work after the answer of Complete was lost: $because', async ({ answer }) => {
      proxy.script(({ operation, time }) => {
        if (operation !== 'CompleteMultipartUpload') return undefined
        return time === 1 ? { do: 'loseAnswer' } : { do: 'answer', ...answer }
      })
      await verifyStored(store, await put(17 * MiB))
    })

    it('knows its own work after the answer of a small put was lost', async () => {
      proxy.script(on('PutObject', { do: 'loseAnswer' }, 1))
      const done = await put(1_000)
      expect(times('PutObject')).toBe(2)
      await verifyStored(store, done)
    })

    it('waits longer for a store that puts all parts together before it says a word', async () => {
      proxy.script(on('CompleteMultipartUpload', { do: 'delayAnswer', ms: 3 * idleMs }))
      await verifyStored(store, await put(17 * MiB, alert))
      expect(times('CompleteMultipartUpload')).toBe(1)
    })

    it("does not take another's work for its own", async () => {
      const first = await put(1_000)
      // The first look is answered as if nothing were there: somebody else was quicker afterwards.
      proxy.script(on('HeadObject', { do: 'answer', status: 404 }, 1))
      await expect(store.put({ name, expiresAt }, noise('b', 1_000))).rejects.toThrow(StoreExists)
      proxy.script(on('HeadObject', { do: 'answer', status: 404 }, 1))
      await expect(store.put({ name, expiresAt }, noise('b', 17 * MiB))).rejects.toThrow(StoreExists)
      await verifyStored(store, first)
      expect(await all(store.halfUploads(`i/t${turn}`))).toEqual([])
    })

    const lasting: {
      operation: Operation
      fault: Fault
      error: new (...words: never[]) => Error
      words: RegExp
    }[] = [
      {
        operation: 'UploadPart',
        fault: slowDown,
        error: StoreUnavailable,
        words: /part [12]: injected by the test \(SlowDown\).*Tried \d+ times/,
      },
      {
        operation: 'CompleteMultipartUpload',
        fault: slowDown,
        error: StoreUnavailable,
        words: /Completing .* Tried/,
      },
      {
        operation: 'UploadPart',
        fault: { do: 'silence' },
        error: StoreUnavailable,
        words: /does not answer: .*timed out/,
      },
      {
        operation: 'UploadPart',
        fault: { do: 'answer', status: 403, code: 'AccessDenied' },
        error: StoreDenied,
        words: /Correct the credential/,
      },
      {
        operation: 'UploadPart',
        fault: { do: 'answer', status: 507, code: 'QuotaExceeded' },
        error: StoreFull,
        words: /Give the store room/,
      },
      {
        operation: 'CreateMultipartUpload',
        fault: { do: 'answer', status: 404, code: 'NoSuchBucket' },
        error: StoreGone,
        words: /Correct the bucket/,
      },
      {
        operation: 'CreateMultipartUpload',
        fault: { do: 'answer', status: 301, code: 'PermanentRedirect' },
        error: StoreRefused,
        words: /Correct endpoint, region/,
      },
    ]
    it.each(lasting)(
      'fails at $operation with $words, and leaves nothing',
      async ({ operation, fault, error, words }) => {
        proxy.script(on(operation, fault))
        const failure: unknown = await put(17 * MiB, noticing(fault)).catch((each: unknown) => each)
        expect(failure).toBeInstanceOf(error)
        expect((failure as Error).message).toMatch(words)
        await nothingIsLeft()
      },
    )

    it('keeps older backups as they are', async () => {
      const first = await put(1_000)
      proxy.script(on('UploadPart', slowDown))
      await expect(
        store.put({ name: `i/t${turn}/00000002.age`, expiresAt }, noise('b', 17 * MiB)),
      ).rejects.toThrow(StoreUnavailable)
      proxy.script(() => undefined)
      expect((await all(store.list(`i/t${turn}`))).map((each) => each.version)).toEqual([first.version])
      await verifyStored(store, first)
    })

    it('says which upload stays where aborting is denied, by leaving it to the list', async () => {
      proxy.script(({ operation }) =>
        operation === 'UploadPart' || operation === 'AbortMultipartUpload'
          ? { do: 'answer', status: 403, code: 'AccessDenied' }
          : undefined,
      )
      await expect(put(17 * MiB)).rejects.toThrow(StoreDenied)
      proxy.script(() => undefined)
      const [half, ...more] = await all(store.halfUploads(`i/t${turn}`))
      expect(more).toEqual([])
      expect(half).toMatchObject({ name })
      expect(await store.abort(half!)).toBe('aborted')
      await nothingIsLeft()
    })
  })

  describe('read', () => {
    const passing: { fault: Fault; because: string }[] = [
      { fault: slowDown, because: 'overload' },
      { fault: { do: 'cutAnswer', after: 5 * MiB }, because: 'cut in the middle' },
      { fault: { do: 'cutAnswer', after: 1 }, because: 'cut after the first byte' },
      { fault: { do: 'stallAnswer', after: 5 * MiB }, because: 'fell silent in the middle' },
      { fault: { do: 'silence' }, because: 'never answered' },
    ]
    it.each(passing)('goes on to the right end: $because', async ({ fault }) => {
      const done = await put(17 * MiB)
      proxy.script(on('GetObject', fault, 3))
      await verifyStored(noticing(fault), done)
      expect(times('GetObject')).toBe(4)
    })

    it('gives up when nothing more comes, and says where', async () => {
      const done = await put(17 * MiB)
      proxy.script(({ operation, time }) => {
        if (operation !== 'GetObject') return undefined
        return time === 1 ? { do: 'cutAnswer', after: 5 * MiB } : { do: 'cutAnswer', after: 0 }
      })
      const failure: unknown = await verifyStored(store, done).catch((each: unknown) => each)
      expect(failure).toBeInstanceOf(StoreCut)
      expect((failure as Error).message).toMatch(/cut after \d+ of 17825792 bytes/)
    })

    it.each([
      { fault: { do: 'flipAnswer', at: 10 * MiB } as const, because: 'one bit' },
      { fault: { do: 'flipAnswer', at: 0 } as const, because: 'the first bit' },
      { fault: { do: 'shortenAnswer', to: 17 * MiB - 1 } as const, because: 'one byte too few' },
      { fault: { do: 'shortenAnswer', to: 8 * MiB } as const, because: 'without its last parts' },
    ])('shows a damage when it is read back: $because', async ({ fault }) => {
      const done = await put(17 * MiB)
      proxy.script(on('GetObject', fault))
      await expect(verifyStored(store, done)).rejects.toThrow(StoreDamaged)
    })

    it('does not go on with another object', async () => {
      const done = await put(17 * MiB)
      proxy.script(on('GetObject', { do: 'cutAnswer', after: 5 * MiB }, 1))
      const { body } = await store.read(done)
      const reading = async () => {
        for await (const chunk of body) {
          expect(chunk.length).toBeGreaterThan(0)
          if (times('DeleteObject') > 0) continue
          await store.remove(done)
          await store.put({ name, expiresAt }, noise('another', 17 * MiB))
        }
      }
      await expect(reading()).rejects.toThrow(StoreChanged)
    })
  })

  describe('remove', () => {
    it('says that it is denied, and the object stays', async () => {
      const done = await put(1_000)
      proxy.script(on('DeleteObject', { do: 'answer', status: 403, code: 'AccessDenied' }))
      await expect(store.remove(done)).rejects.toThrow(StoreDenied)
      proxy.script(() => undefined)
      await verifyStored(store, done)
    })

    it('has done it when the answer was lost', async () => {
      const done = await put(1_000)
      proxy.script(on('DeleteObject', { do: 'loseAnswer' }, 1))
      expect(await store.remove(done)).toMatch(/removed|absent/)
      await nothingIsLeft()
    })

    it('names to the store what it was decided on', async () => {
      const done = await put(1_000)
      expect(await store.remove(done)).toBe('removed')
      const [deletion] = proxy.seen.filter(({ operation }) => operation === 'DeleteObject')
      expect(done.version).toContain(String(deletion!.headers['if-match']))
    })

    it('does without the condition where a store does not know it, after it has looked', async () => {
      const done = await put(1_000)
      proxy.script(({ operation, headers }) =>
        operation === 'DeleteObject' && 'if-match' in headers
          ? { do: 'answer', status: 501, code: 'NotImplemented' }
          : undefined,
      )
      await expect(store.remove({ name, version: 'null "other"' })).rejects.toThrow(StoreChanged)
      expect(await store.remove(done)).toBe('removed')
      await nothingIsLeft()
    })
  })

  describe('list', () => {
    it('lists plainly where a store keeps no versions', async () => {
      const done = await put(1_000)
      proxy.script(on('ListObjectVersions', { do: 'answer', status: 501, code: 'NotImplemented' }))
      const [listed, ...more] = await all(store.list(`i/t${turn}`))
      expect(more).toEqual([])
      expect(listed).toEqual({
        name,
        version: done.version,
        bytes: 1_000,
        storedAt: done.storedAt,
        state: 'current',
      })
    })

    it('fails where it is denied: an empty list would say that nothing is there', async () => {
      proxy.script(on('ListObjectVersions', { do: 'answer', status: 403, code: 'AccessDenied' }))
      await expect(all(store.list(''))).rejects.toThrow(StoreDenied)
    })

    it('comes through overload', async () => {
      await put(1_000)
      proxy.script(on('ListObjectVersions', slowDown, 3))
      expect(await all(store.list(`i/t${turn}`))).toHaveLength(1)
    })
  })

  describe('clocks', () => {
    it('goes by the time of the store when ours is wrong', async () => {
      const skewed: Fault = {
        do: 'answer',
        status: 403,
        code: 'RequestTimeTooSkewed',
        headers: { date: new Date(Date.now() + 600_000).toUTCString() },
      }
      const other = createS3Store(lab.options({ endpoint: proxy.endpoint, prefix: 'p', patienceMs }), hasty())
      proxy.script(on('HeadObject', skewed, 1))
      await other.head(name).catch(() => {})
      const [first, second] = proxy.seen
        .filter(({ operation }) => operation === 'HeadObject')
        .map(({ headers }) => String(headers['x-amz-date']))
      const time = (text: string | undefined) =>
        Date.parse(String(text).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
      expect(time(second) - time(first)).toBeGreaterThan(500_000)
      other.close()
    })

    it('says so when that does not help', async () => {
      proxy.script(
        on('ListObjectVersions', {
          do: 'answer',
          status: 403,
          code: 'RequestTimeTooSkewed',
          message: 'The difference is too large.',
        }),
      )
      await expect(all(store.list(''))).rejects.toThrow(StoreClockSkewed)
    })
  })

  it('does not know a credential in any word of its errors', async () => {
    const secretAccessKey = 'not-the-right-one-0123456789'
    const { accessKeyID } = lab.options().credentials
    const other = createS3Store(lab.options({ credentials: { accessKeyID, secretAccessKey } }), hasty())
    const failure: unknown = await other.head(name).catch((error: unknown) => error)
    const listing: unknown = await all(other.list('')).catch((error: unknown) => error)
    for (const each of [failure, listing]) {
      expect(each).toBeInstanceOf(StoreDenied)
      expect(JSON.stringify(each, Object.getOwnPropertyNames(each))).not.toContain(secretAccessKey)
      expect((each as Error).cause).toBeUndefined()
    }
    other.close()
  })

  it('says who does not answer', async () => {
    const other = createS3Store(lab.options({ endpoint: 'http://127.0.0.1:9', patienceMs: 0 }), hasty())
    await expect(other.head(name)).rejects.toThrow(/http:\/\/127\.0\.0\.1:9 does not answer: .*ECONNREFUSED/)
    other.close()
  })
})
