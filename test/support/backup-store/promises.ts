/** What every backup store promises, whatever it is made of: one table of laws, run over each. */
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  StoreChanged,
  StoreExists,
  StoreGone,
  StoreRefused,
} from '../../../operator/src/providers/backups/errors.ts'
import { type BackupStore, type HalfUpload } from '../../../operator/src/providers/backups/port.ts'
import { verifyStored } from '../../../operator/src/providers/backups/verify-stored.ts'
import { collect, noise, sha256 } from './noise.ts'

const MiB = 2 ** 20
const expiresAt = new Date('2026-12-22T02:00:00Z')
const name = 'i/t/00000001-20261122T020000Z-until-20261222T020000Z.age'

const sizes = [
  { bytes: 0, because: 'nothing at all' },
  { bytes: 1, because: 'the least' },
  { bytes: 8 * MiB, because: 'one part, full' },
  { bytes: 8 * MiB + 1, because: 'one byte in a part of its own' },
  { bytes: 40 * MiB + 12_345, because: 'more parts than are sent at once' },
]

const foreignNames = [
  { name: '', because: 'nothing' },
  { name: '/etc/passwd', because: 'an absolute path' },
  { name: '../other', because: 'it climbs' },
  { name: 'a/../../b', because: 'it climbs later' },
  { name: 'a//b', because: 'an empty segment' },
  { name: 'a/', because: 'a folder' },
  { name: '.kiavi/uploads/x', because: 'our own things' },
  { name: 'a/.b', because: 'a dot first' },
  { name: 'a\\b', because: "another system's slash" },
  { name: 'a\0b', because: 'a NUL' },
  { name: 'a b', because: 'a space' },
  { name: 'ä', because: 'no ASCII' },
  { name: 'a'.repeat(201), because: 'no file system takes it with what we add' },
  { name: Array(100).fill('abcdefgh').join('/'), because: 'no store takes it with its prefix' },
]

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** A stream that gives so much and then stands still until it is told how to end. */
function standing(bytes: number) {
  const ended = Promise.withResolvers<undefined>()
  const reached = Promise.withResolvers<undefined>()
  async function* stream() {
    yield* noise('standing', bytes)
    reached.resolve(undefined)
    await ended.promise
  }
  return { stream: stream(), reached: reached.promise, end: () => ended.resolve(undefined) }
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('It did not come.')
}

/** `open` gives the store below a prefix, always the same one. */
export function storePromises(open: (prefix: string) => BackupStore): void {
  const opened: BackupStore[] = []
  const fresh = (prefix = randomUUID()) => {
    const store = open(prefix)
    opened.push(store)
    return store
  }
  const put = (store: BackupStore, under: string, bytes = 1_000, seed = under) =>
    store.put({ name: under, expiresAt }, noise(seed, bytes))
  const isEmpty = async (store: BackupStore) => {
    expect(await all(store.list(''))).toEqual([])
    expect(await all(store.halfUploads(''))).toEqual([])
  }
  afterEach(() => {
    for (const store of opened.splice(0)) store.close()
  })

  describe('put', () => {
    it.each(sizes)('gives back the same $bytes bytes: $because', async ({ bytes }) => {
      const store = fresh()
      const content = await collect(noise('a', bytes))
      const before = Date.now()
      const done = await store.put({ name, expiresAt }, noise('a', bytes))
      expect(done).toMatchObject({ name, bytes, sha256: sha256(content) })
      const { body, ...head } = await store.read(done)
      expect(sha256(await collect(body))).toBe(sha256(content))
      expect(head).toEqual({ name, version: done.version, bytes, expiresAt, storedAt: done.storedAt })
      expect(Math.abs(done.storedAt.getTime() - before)).toBeLessThan(60_000)
      await verifyStored(store, done)
      expect(await all(store.halfUploads(''))).toEqual([])
    })

    it('keeps the date in whole seconds, the earlier one', async () => {
      const store = fresh()
      await store.put({ name, expiresAt: new Date('2026-12-22T02:00:00.999Z') }, noise('a', 10))
      expect((await store.head(name))?.expiresAt).toEqual(expiresAt)
    })

    it('writes nothing over, and does not take a byte of the second stream', async () => {
      const store = fresh()
      const done = await put(store, name)
      let taken = 0
      async function* second() {
        taken += 1
        yield* noise('b', 10)
      }
      await expect(store.put({ name, expiresAt }, second())).rejects.toThrow(StoreExists)
      expect(taken).toBe(0)
      await verifyStored(store, done)
    })

    it.each([
      { bytes: 1_000, because: 'in one piece' },
      { bytes: 17 * MiB, because: 'in parts' },
    ])('lets one of two win who want the same name at the same time, $because', async ({ bytes }) => {
      const store = fresh()
      const racers = await Promise.allSettled([put(store, name, bytes, 'a'), put(store, name, bytes, 'b')])
      const [winner] = racers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      const losers = racers.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []))
      expect(losers).toEqual([expect.any(StoreExists)])
      await verifyStored(store, winner!)
      expect(await all(store.list(''))).toHaveLength(1)
      expect(await all(store.halfUploads(''))).toEqual([])
    })

    it.each([
      { bytes: 100, because: 'before the first part was full' },
      { bytes: 30 * MiB, because: 'with parts in the store' },
    ])("throws the stream's own error and leaves nothing, $because", async ({ bytes }) => {
      const store = fresh()
      const cut = new Error('the pipe was cut')
      async function* broken() {
        yield* noise('a', bytes)
        throw cut
      }
      await expect(store.put({ name, expiresAt }, broken())).rejects.toBe(cut)
      await isEmpty(store)
    })

    it.each([
      { bytes: 100, because: 'before the first part was full' },
      { bytes: 30 * MiB, because: 'with parts in the store' },
    ])('ends at once when it is told to, while the stream stands still, $because', async ({ bytes }) => {
      const store = fresh()
      const { stream, reached, end } = standing(bytes)
      const stop = new AbortController()
      const putting = store.put({ name, expiresAt }, stream, stop.signal)
      await reached
      const reason = new Error('enough')
      stop.abort(reason)
      await expect(putting).rejects.toBe(reason)
      end()
      await isEmpty(store)
    })

    it('does nothing with a signal that was aborted before', async () => {
      const store = fresh()
      const reason = new Error('enough')
      await expect(store.put({ name, expiresAt }, noise('a', 10), AbortSignal.abort(reason))).rejects.toBe(
        reason,
      )
      await isEmpty(store)
    })

    it('tells the stream that nobody reads on', async () => {
      const store = fresh()
      await put(store, name)
      const begun = Promise.withResolvers<undefined>()
      let closed = false
      async function* endless() {
        begun.resolve(undefined)
        try {
          for (;;) yield* noise('a', MiB)
        } finally {
          closed = true
        }
      }
      const stop = new AbortController()
      const putting = store.put({ name: `${name}.manifest`, expiresAt }, endless(), stop.signal)
      void begun.promise.then(() => stop.abort(new Error('enough')))
      await expect(putting).rejects.toThrow('enough')
      await eventually(() => Promise.resolve(closed || undefined))
    })
  })

  describe('names', () => {
    it.each(foreignNames)('refuses $name before anything is asked: $because', async ({ name: foreign }) => {
      const store = fresh()
      await expect(store.put({ name: foreign, expiresAt }, noise('a', 1))).rejects.toThrow(StoreRefused)
      await expect(async () => await store.head(foreign)).rejects.toThrow(StoreRefused)
      await expect(async () => await store.read({ name: foreign })).rejects.toThrow(StoreRefused)
      if (foreign !== '') expect(() => store.list(foreign)).toThrow(StoreRefused)
      await isEmpty(store)
    })

    it('are apart from those of another prefix', async () => {
      const store = fresh()
      const done = await put(store, name)
      const other = fresh()
      expect(await other.head(name)).toBeUndefined()
      await expect(other.read(done)).rejects.toThrow(StoreGone)
      expect(await other.remove(done)).toBe('absent')
      await isEmpty(other)
      await verifyStored(store, done)
    })
  })

  describe('read', () => {
    it('says that a name is not there', async () => {
      const store = fresh()
      expect(await store.head(name)).toBeUndefined()
      await expect(store.read({ name })).rejects.toThrow(StoreGone)
    })

    it('does not give another object for the one that was meant', async () => {
      const store = fresh()
      const first = await put(store, name, 1_000, 'a')
      expect(await store.remove(first)).toBe('removed')
      const second = await put(store, name, 1_000, 'b')
      const failure = await store.read(first).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(failure instanceof StoreChanged || failure instanceof StoreGone).toBe(true)
      await verifyStored(store, second)
    })

    it('may be broken off, and the store serves on', async () => {
      const store = fresh()
      const done = await put(store, name, 20 * MiB)
      for (let time = 0; time < 3; time += 1) {
        const { body } = await store.read(done)
        for await (const chunk of body) {
          expect(chunk.length).toBeGreaterThan(0)
          break
        }
      }
      await verifyStored(store, done)
    })

    it('ends when it is told to', async () => {
      const store = fresh()
      const done = await put(store, name, 20 * MiB)
      const stop = new AbortController()
      const reason = new Error('enough')
      const { body } = await store.read(done, stop.signal)
      const reading = async () => {
        for await (const chunk of body) if (chunk.length > 0) stop.abort(reason)
      }
      await expect(reading()).rejects.toBe(reason)
    })
  })

  describe('list', () => {
    const names = ['b-c/1.age', 'b/1.age', 'b/1.age.x', 'b/2/3.age', 'bb/1.age', 'a.age']

    it('shows everything with size, date and version, in order', async () => {
      const store = fresh()
      const done = new Map<string, Awaited<ReturnType<typeof put>>>()
      for (const each of names) done.set(each, await put(store, each, each.length))
      const listed = await all(store.list(''))
      expect(listed).toEqual(
        names.toSorted().map((each) => ({
          name: each,
          version: done.get(each)!.version,
          bytes: each.length,
          storedAt: done.get(each)!.storedAt,
          state: 'current',
        })),
      )
    })

    it('keeps to its folder', async () => {
      const store = fresh()
      for (const each of names) await put(store, each)
      const below = async (folder: string) => (await all(store.list(folder))).map((each) => each.name)
      expect(await below('b')).toEqual(['b/1.age', 'b/1.age.x', 'b/2/3.age'])
      expect(await below('b/2')).toEqual(['b/2/3.age'])
      expect(await below('c')).toEqual([])
      expect(await below('b/1.ag')).toEqual([])
    })
  })

  describe('remove', () => {
    it('takes away what it was told, once, and nothing else', async () => {
      const store = fresh()
      const one = await put(store, 'i/t/1.age')
      const two = await put(store, 'i/t/2.age')
      expect(await store.remove(one)).toBe('removed')
      expect(await store.remove(one)).toBe('absent')
      expect((await all(store.list(''))).map((each) => each.name)).toEqual(['i/t/2.age'])
      await verifyStored(store, two)
    })

    it('leaves no trace of the name', async () => {
      const store = fresh()
      const one = await put(store, 'i/t/1.age', 20 * MiB)
      expect(await store.remove(one)).toBe('removed')
      await isEmpty(store)
    })

    it('does not touch what came in its place', async () => {
      const store = fresh()
      const first = await put(store, name, 1_000, 'a')
      await store.remove(first)
      const second = await put(store, name, 1_000, 'b')
      const outcome: unknown = await store.remove(first).catch((error: unknown) => error)
      expect(outcome === 'absent' || outcome instanceof StoreChanged).toBe(true)
      await verifyStored(store, second)
    })

    it('takes away what a list showed', async () => {
      const store = fresh()
      for (const each of ['i/t/1.age', 'i/t/2.age', 'i/u/1.age']) await put(store, each)
      for await (const object of store.list('i/t')) expect(await store.remove(object)).toBe('removed')
      expect((await all(store.list(''))).map((each) => each.name)).toEqual(['i/u/1.age'])
    })
  })

  describe('halfUploads', () => {
    const half = (store: BackupStore, folder: string): Promise<HalfUpload> =>
      eventually(async () => (await all(store.halfUploads(folder)))[0])

    it('shows a put that goes on, and no object before it is whole', async () => {
      const store = fresh()
      const { stream, reached, end } = standing(30 * MiB)
      const putting = store.put({ name, expiresAt }, stream)
      await reached
      const upload = await half(store, 'i/t')
      expect(upload.name).toBe(name)
      expect(Math.abs(upload.startedAt.getTime() - Date.now())).toBeLessThan(60_000)
      expect(await all(store.halfUploads('other'))).toEqual([])
      expect(await all(store.list(''))).toEqual([])
      expect(await store.head(name)).toBeUndefined()
      end()
      await verifyStored(store, await putting)
      expect(await all(store.halfUploads(''))).toEqual([])
    })

    it('are aborted: the put fails, and nothing is left', async () => {
      const store = fresh()
      const { stream, reached, end } = standing(30 * MiB)
      const putting = store.put({ name, expiresAt }, stream)
      await reached
      const upload = await half(store, '')
      expect(await store.abort(upload)).toBe('aborted')
      // A part that was on its way may come after the first.
      await eventually(async () => ((await store.abort(upload)) === 'absent' ? true : undefined))
      end()
      await expect(putting).rejects.toThrow(StoreGone)
      await isEmpty(store)
      await verifyStored(store, await put(store, name))
    })
  })
}
