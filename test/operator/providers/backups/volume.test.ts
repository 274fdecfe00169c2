import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  StoreChanged,
  StoreCut,
  StoreExists,
  StoreGone,
  StoreRefused,
} from '../../../../operator/src/providers/backups/errors.ts'
import { type BackupStore } from '../../../../operator/src/providers/backups/port.ts'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'
import { verifyStored } from '../../../../operator/src/providers/backups/verify-stored.ts'
import { collect, noise, sha256 } from '../../../support/backup-store/noise.ts'
import { storePromises } from '../../../support/backup-store/promises.ts'

const expiresAt = new Date('2026-12-22T02:00:00Z')
const name = 'i/t/1.age'
const putForever = fileURLToPath(new URL('../../../support/backup-store/put-forever.ts', import.meta.url))

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('createVolumeStore', () => {
  let home: string
  let root: string
  let store: BackupStore
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kiavi-volume-'))
    root = join(home, 'volume')
    mkdirSync(root)
    store = createVolumeStore({ root, prefix: '' })
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const put = (bytes = 1_000) => store.put({ name, expiresAt }, noise(name, bytes))
  const write = (path: string, text = 'x') => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const trace = () =>
    readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())

  storePromises((prefix) => createVolumeStore({ root, prefix }))

  it('keeps an object as a plain file under its own name', async () => {
    const { sha256: sum } = await put()
    expect(sha256(readFileSync(join(root, name)))).toBe(sum)
  })

  it('is no empty store where the volume is not mounted', async () => {
    rmSync(root, { recursive: true })
    const asked: (() => Promise<unknown>)[] = [
      () => all(store.list('')),
      () => all(store.list('i')),
      () => all(store.halfUploads('')),
      () => store.head(name),
      () => store.read({ name }),
      () => store.remove({ name, version: '1' }),
      () => put(),
    ]
    for (const ask of asked) await expect(ask()).rejects.toThrow(StoreGone)
    await expect(put()).rejects.toThrow(/mount the volume there/)
    expect(existsSync(root)).toBe(false)
  })

  it('shows what a stranger put beside, and not what file systems keep for themselves', async () => {
    for (const path of ['i/notes.txt', 'lost+found/1', '.snapshot/i/t/1.age', 'i/.nfs0001', 'i/lost+found'])
      write(path)
    expect((await all(store.list(''))).map((each) => each.name)).toEqual(['i/lost+found', 'i/notes.txt'])
    expect((await store.head('i/notes.txt'))?.expiresAt).toBeUndefined()
  })

  describe('with a symbolic link in the way', () => {
    let outside: string
    beforeEach(() => {
      outside = join(home, 'outside')
      mkdirSync(join(outside, 't'), { recursive: true })
      writeFileSync(join(outside, 't', '1.age'), 'not ours')
    })

    it('follows no folder', async () => {
      symlinkSync(outside, join(root, 'i'))
      await expect(store.put({ name: 'i/t/2.age', expiresAt }, noise('a', 1))).rejects.toThrow(StoreRefused)
      await expect(store.head(name)).rejects.toThrow(StoreRefused)
      await expect(store.read({ name })).rejects.toThrow(StoreRefused)
      await expect(store.remove({ name, version: '1' })).rejects.toThrow(StoreRefused)
      await expect(all(store.list('i/t'))).rejects.toThrow(StoreRefused)
      expect((await all(store.list(''))).map((each) => each.name)).toEqual(['i'])
      expect(readdirSync(join(outside, 't'))).toEqual(['1.age'])
    })

    it('follows no file, and removes the link alone', async () => {
      mkdirSync(join(root, 'i', 't'), { recursive: true })
      symlinkSync(join(outside, 't', '1.age'), join(root, name))
      await expect(store.read({ name })).rejects.toThrow(StoreRefused)
      await expect(put()).rejects.toThrow(StoreExists)
      const [link] = await all(store.list(''))
      expect(await store.remove(link!)).toBe('removed')
      expect(readFileSync(join(outside, 't', '1.age'), 'utf8')).toBe('not ours')
    })
  })

  it.each(['../outside', 'i/../../outside', '/etc/passwd', '.kiavi/about/i/t/1.age.json', 'i//t', ''])(
    'removes and aborts nothing that is called %j',
    async (foreign) => {
      writeFileSync(join(home, 'outside'), 'x')
      await expect(store.remove({ name: foreign, version: '1' })).rejects.toThrow(StoreRefused)
      const upload = { name: foreign, uploadID: '', startedAt: new Date() }
      await expect(store.abort(upload)).rejects.toThrow(StoreRefused)
      await expect(store.abort({ ...upload, name, uploadID: '../../1' })).rejects.toThrow(StoreRefused)
      expect(existsSync(join(home, 'outside'))).toBe(true)
    },
  )

  describe('read', () => {
    it('says where a file ended that became shorter', async () => {
      const done = await put(1_000_000)
      const { body } = await store.read(done)
      const reading = async () => {
        for await (const chunk of body) truncateSync(join(root, name), chunk.length)
      }
      await expect(reading()).rejects.toThrow(StoreCut)
    })

    it('does not begin with another file than the one it opened', async () => {
      const done = await put()
      const { body } = await store.read(done)
      rmSync(join(root, name))
      write(name, 'another')
      await expect(collect(body)).rejects.toThrow(StoreChanged)
    })
  })

  describe('after a crash', () => {
    const uploadID = '11111111-2222-4333-8444-555555555555'
    const about = JSON.stringify({ uploadID, expiresAt: expiresAt.toISOString() })
    const upload = `.kiavi/uploads/${name}/${uploadID}.part`
    const claim = `.kiavi/about/${name}.json`
    const states: { files: Record<string, string>; because: string }[] = [
      { files: { [upload]: 'half' }, because: 'in the middle of the stream' },
      { files: { [upload]: 'whole', [claim]: '{"upl' }, because: 'while the name was being claimed' },
      { files: { [upload]: 'whole', [claim]: about }, because: 'with the name in hand' },
      { files: { [claim]: about }, because: 'between the removal of a file and of what is beside it' },
      { files: { [claim]: '' }, because: 'and a power cut that emptied a claim' },
    ]
    it.each(states)('shows what is left, and takes it away: $because', async ({ files }) => {
      for (const [path, text] of Object.entries(files)) write(path, text)
      expect(await all(store.list(''))).toEqual([])
      expect(await store.head(name)).toBeUndefined()
      const left = await all(store.halfUploads('i'))
      expect(new Set(left.map((each) => each.name))).toEqual(new Set([name]))
      for (const each of left) {
        expect(Math.abs(each.startedAt.getTime() - Date.now())).toBeLessThan(60_000)
        expect(await store.abort(each)).toBe('aborted')
      }
      expect(await all(store.halfUploads(''))).toEqual([])
      expect(trace()).toEqual([])
      await verifyStored(store, await put())
    })

    it('never shows half an object, wherever it was killed', async () => {
      let seen = 0
      for (let round = 0; round < 8; round += 1) {
        const child = spawn(process.execPath, [putForever, root], { stdio: ['ignore', 'pipe', 'inherit'] })
        await once(child.stdout, 'data')
        await sleep(20 + round * 23)
        child.kill('SIGKILL')
        await once(child, 'exit')
        for (const object of await all(store.list(''))) {
          seen += 1
          const whole = await collect(noise(String(object.bytes), object.bytes))
          await verifyStored(store, { ...object, sha256: sha256(whole) })
          expect((await store.head(object.name))?.expiresAt).toEqual(expiresAt)
        }
        for (const half of await all(store.halfUploads(''))) expect(await store.abort(half)).toBe('aborted')
        expect(await all(store.halfUploads(''))).toEqual([])
      }
      expect(seen).toBeGreaterThan(0)
      for await (const object of store.list('')) await store.remove(object)
      expect(trace()).toEqual([])
    })
  })
})
