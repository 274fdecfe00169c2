import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreDenied, StoreFull } from '../../../../operator/src/providers/backups/errors.ts'
import { type BackupStore } from '../../../../operator/src/providers/backups/port.ts'
import { createVolumeStore } from '../../../../operator/src/providers/backups/volume.ts'
import { verifyStored } from '../../../../operator/src/providers/backups/verify-stored.ts'
import { noise } from '../../../support/backup-store/noise.ts'

const MiB = 2 ** 20
const expiresAt = new Date('2026-12-22T02:00:00Z')

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** Mounting takes root. */
describe.skipIf(process.getuid?.() !== 0)('createVolumeStore on a small volume', () => {
  let root: string
  let store: BackupStore
  const mount = (options: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'kiavi-test', root], { stdio: 'pipe' })
  const put = (name: string, bytes: number) => store.put({ name, expiresAt }, noise(name, bytes))

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kiavi-small-volume-'))
    store = createVolumeStore({ root, prefix: 'p' })
  })
  afterEach(() => {
    execFileSync('umount', [root], { stdio: 'pipe' })
    rmSync(root, { recursive: true, force: true })
  })

  it('fails when the disk is full, keeps what was there, and gives the room back', async () => {
    mount('size=8m')
    const first = await put('i/t/1.age', 3 * MiB)
    const failure: unknown = await put('i/t/2.age', 100 * MiB).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StoreFull)
    expect((failure as Error).message).toBe(
      'Putting i/t/2.age: no space left on device (ENOSPC). Give the volume room; older backups stay as they are.',
    )
    await verifyStored(store, first)
    expect(await all(store.halfUploads(''))).toEqual([])
    await verifyStored(store, await put('i/t/3.age', 4 * MiB))
    expect((await all(store.list(''))).map((each) => each.name)).toEqual(['i/t/1.age', 'i/t/3.age'])
  })

  it('leaves nothing behind wherever the last inode was taken', async () => {
    const outcomes = new Set<string>()
    for (let inodes = 2; inodes < 16; inodes += 1) {
      mount(`size=8m,nr_inodes=${inodes}`)
      const outcome = await put('i/t/1.age', 1_000).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StoreFull)
      outcomes.add(outcome instanceof Error ? outcome.name : 'stored')
      const listed = (await all(store.list(''))).length
      expect(listed).toBe(outcome instanceof Error ? 0 : 1)
      expect(await all(store.halfUploads(''))).toEqual([])
      execFileSync('umount', [root], { stdio: 'pipe' })
    }
    expect([...outcomes]).toEqual(['StoreFull', 'stored'])
    mount('size=1m')
  })

  it('says that it may not write', async () => {
    mount('size=8m')
    const first = await put('i/t/1.age', 1_000)
    mount('remount,ro')
    await expect(put('i/t/2.age', 1_000)).rejects.toThrow(StoreDenied)
    await expect(store.remove(first)).rejects.toThrow(StoreDenied)
    await verifyStored(store, first)
  })
})
