/** What a sweep does to a store, whatever the store is made of: one table of laws, run over each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BackupName, bundleName, manifestName } from '../../../operator/src/backups/object-name.ts'
import { journalName, recoveryName } from '../../../operator/src/backups/offline-name.ts'
import { readGone } from '../../../operator/src/backups/sweep-report.ts'
import { type SweepOrder, sweepStore } from '../../../operator/src/jobs/sweep/sweep-store.ts'
import { mostReportBytes, reportLine, succeeded } from '../../../operator/src/jobs/report.ts'
import { StoreDenied, StoreUnavailable } from '../../../operator/src/providers/backups/errors.ts'
import { type BackupStore } from '../../../operator/src/providers/backups/port.ts'
import { testInstallation } from '../backup-bundle.ts'
import { namesIn, withStore } from '../lab-store.ts'
import { once, putBackup, signedManifest } from './put-backup.ts'

export interface SweepLab {
  store: BackupStore
  /** Leaves an upload that nobody completes. */
  halfUpload: (name: string) => Promise<void>
}

const dayMs = 86_400_000
const installationID = '6f1ed002ab5595859014ebf0951522d9'
const [one, two] = ['k3x9q7w2ab', 'a123456789']
const installation = testInstallation()

export function sweepPromises(open: () => Promise<SweepLab>): void {
  let lab: SweepLab
  let store: BackupStore
  // The store's clock is the machine's.
  const today = new Date(Math.floor(Date.now() / 1000) * 1000)
  const days = (count: number) => new Date(today.getTime() + count * dayMs)
  const backup = (sequence: number, age: number, more: Partial<BackupName> = {}): BackupName => ({
    ...{ installationID, tenantID: one, sequence, startedAt: days(-age), expiresAt: days(30 - age) },
    ...more,
  })
  const put = (of: BackupName) => putBackup(store, of, signedManifest(of, installation))
  const order = (change: Partial<SweepOrder> = {}): SweepOrder => ({
    ...{ installationID, keys: installation.keys, now: today, memory: 'Whole', living: [one, two] },
    ...{ ending: [], running: [], damaged: [], asked: [] },
    ...change,
  })
  const run = (change: Partial<SweepOrder> = {}, on = store) =>
    sweepStore(order(change), on, AbortSignal.timeout(60_000))
  const both = (of: BackupName) => [bundleName(of), manifestName(of)]

  beforeEach(async () => {
    lab = await open()
    store = lab.store
  })
  afterEach(() => store.close())

  it('takes away what is past its date, and leaves the rest', async () => {
    const [old, young] = [backup(1, 31), backup(2, 1)]
    await put(old)
    await put(young)
    const facts = await run()
    expect(await namesIn(store)).toEqual(both(young))
    expect(facts).toMatchObject({ removed: 2, spared: 0, refused: 0, denied: 0, backups: 1, objects: 2 })
    expect(facts.oldestExpiry).toBe(young.expiresAt.toISOString().replace('.000', ''))
    expect(await run()).toMatchObject({ removed: 0, backups: 1 })
  })

  it('keeps the last verified backup of a tenant that lives, and no other', async () => {
    const [first, last, theirs] = [backup(1, 40), backup(2, 31), backup(1, 35, { tenantID: two })]
    for (const of of [first, last, theirs]) await put(of)
    const facts = await run({ living: [one] })
    expect(await namesIn(store)).toEqual(both(last))
    expect(facts).toMatchObject({ removed: 4, spared: 1, oldestExpiry: '' })
  })

  it('takes the older one for the last where the newer was found damaged', async () => {
    const [first, last] = [backup(1, 40), backup(2, 31)]
    for (const of of [first, last]) await put(of)
    await run({ damaged: [bundleName(last)] })
    expect(await namesIn(store)).toEqual(both(first))
  })

  it.each<{ because: string; change: Partial<SweepOrder>; stays: boolean }>([
    { because: 'nothing is known of its tenant', change: { living: [] }, stays: false },
    {
      because: 'the cluster was lost, and its tenant may come back',
      change: { living: [], memory: 'Lost' },
      stays: true,
    },
    {
      because: 'the erasure of its tenant has begun',
      change: { living: [], ending: [{ tenantID: one, lives: false, terminatedAt: days(-1) }] },
      stays: false,
    },
    {
      because: "its tenant's end was asked for, and may be undone",
      change: { living: [], ending: [{ tenantID: one, lives: true, terminatedAt: days(-1) }] },
      stays: true,
    },
    { because: 'its Job runs', change: { living: [], running: [bundleName(backup(1, 31))] }, stays: true },
  ])('says of a last backup past its date that it stays ($stays): $because', async ({ change, stays }) => {
    const last = backup(1, 31)
    await put(last)
    await run(change)
    expect(await namesIn(store)).toEqual(stays ? both(last) : [])
  })

  it('judges by the date that it was told', async () => {
    const of = backup(1, 29)
    await put(of)
    await run({ living: [] })
    expect(await namesIn(store)).toEqual(both(of))
    await run({ living: [], now: days(1) })
    expect(await namesIn(store)).toEqual([])
  })

  it('takes away halves that no backup came of', async () => {
    await putBackup(store, backup(1, 31), undefined)
    await put(backup(2, 1))
    expect(await run()).toMatchObject({ removed: 1, refused: 0 })
  })

  it('leaves what it cannot prove to be ours, and tells of it', async () => {
    const [forged, moved] = [backup(1, 40), backup(2, 39)]
    await putBackup(store, forged, signedManifest(forged, testInstallation()))
    await putBackup(store, moved, signedManifest(backup(7, 39), installation))
    await store.put({ name: 'readme.txt', expiresAt: today }, once('hello'))
    const before = await namesIn(store)
    const facts = await run({ living: [] })
    expect(await namesIn(store)).toEqual(before)
    expect(facts).toMatchObject({ removed: 0, refused: 3, spared: 0 })
    expect(facts.refusedFirst).toContain('The manifest is not to be trusted')
    expect(facts.refusedFirst).toContain('somebody moved it here')
    expect((await run()).refused).toBe(3)
  })

  it("takes away the journal and recovery sets by their dates, and keeps a tenant's newest set", async () => {
    const dates = { installationID, at: days(-40), expiresAt: days(-10) }
    const names = [
      journalName({ ...dates, tenantID: one, number: 1 }),
      recoveryName({ ...dates, folder: one, number: 1 }),
      recoveryName({ ...dates, folder: 'installation', number: 3 }),
      recoveryName({ ...dates, folder: two, number: 1 }),
    ]
    for (const name of names) await store.put({ name, expiresAt: dates.expiresAt }, once('age'))
    const facts = await run({ living: [one] })
    expect((await namesIn(store)).toSorted()).toEqual([names[1], names[2]].toSorted())
    expect(facts).toMatchObject({ removed: 2, spared: 2 })
  })

  it('aborts what nobody completes, a day after it began', async () => {
    const name = bundleName(backup(1, 0))
    await lab.halfUpload(name)
    expect(await run()).toMatchObject({ aborted: 0 })
    expect(await run({ now: days(2), running: [name] })).toMatchObject({ aborted: 0 })
    expect(await run({ now: days(2) })).toMatchObject({ aborted: 1 })
    expect(await run({ now: days(2) })).toMatchObject({ aborted: 0 })
  })

  describe('of what the cluster asked for', () => {
    it('tells which are gone: by a list that is made after all was removed', async () => {
      for (const of of [backup(1, 33), backup(2, 32), backup(3, 31), backup(4, 1)]) await put(of)
      const asked = [1, 2, 3, 4, 9].map((sequence) => `${one}/${sequence}`)
      const locked = bundleName(backup(2, 32))
      const remove: BackupStore['remove'] = (object, signal) =>
        object.name === locked ? Promise.reject(new StoreDenied('locked')) : store.remove(object, signal)
      const { gone, denied } = await run({ asked }, withStore(store, { remove }))
      expect(readGone(asked, gone)).toEqual([`${one}/1`, `${one}/3`, `${one}/9`])
      // Its manifest is kept with it: that is what proves whose it is.
      expect(denied).toBe(2)
      expect(await namesIn(store)).toEqual([...both(backup(2, 32)), ...both(backup(4, 1))])
    })

    it('says so of a store that only says that it removed something', async () => {
      await put(backup(1, 31))
      const asked = [`${one}/1`]
      const lies = withStore(store, { remove: () => Promise.resolve('removed') })
      expect(readGone(asked, (await run({ living: [], asked }, lies)).gone)).toEqual([])
      expect(readGone(asked, (await run({ living: [], asked })).gone)).toEqual(asked)
    })

    it('tells as many as are ever asked for in one message', async () => {
      const asked = Array.from({ length: 2_000 }, (_, at) => `${one}/${at + 1}`)
      const facts = await run({ asked })
      expect(Buffer.byteLength(reportLine(succeeded(facts)))).toBeLessThan(mostReportBytes / 2)
      expect(readGone(asked, facts.gone)).toEqual(asked)
    })
  })

  it('goes on where the store denies, however often, and counts what stays', async () => {
    for (let sequence = 1; sequence <= 30; sequence += 1)
      await putBackup(store, backup(sequence, 60 - sequence / 2, { tenantID: two }), undefined)
    const last = bundleName(backup(30, 45, { tenantID: two }))
    const remove: BackupStore['remove'] = (object, signal) =>
      object.name === last
        ? store.remove(object, signal)
        : Promise.reject(new StoreDenied('Removing is not allowed.'))
    const facts = await run({}, withStore(store, { remove }))
    expect(facts).toMatchObject({ removed: 1, denied: 29, deniedWhy: 'Removing is not allowed.' })
    expect(await namesIn(store)).toHaveLength(29)
  })

  it('fails where the store falls silent, and the next sweep makes it good', async () => {
    for (const of of [backup(1, 33), backup(2, 32)]) await put(of)
    let left = 1
    const remove: BackupStore['remove'] = (object, signal) =>
      left-- > 0 ? store.remove(object, signal) : Promise.reject(new StoreUnavailable('silence'))
    await expect(run({ living: [] }, withStore(store, { remove }))).rejects.toThrow('silence')
    // The first was under way when the other was met with silence.
    expect((await run({ living: [] })).removed).toBeGreaterThanOrEqual(3)
    expect(await namesIn(store)).toEqual([])
  })

  it('judges a backup whose manifest went since it was listed as the half that it is', async () => {
    const of = backup(1, 31)
    await put(of)
    const read: BackupStore['read'] = async (object, signal) => {
      for await (const found of store.list(''))
        if (found.name === manifestName(of)) await store.remove(found, signal)
      return store.read(object, signal)
    }
    expect(await run({}, withStore(store, { read }))).toMatchObject({ removed: 1, refused: 0, spared: 0 })
  })
}
