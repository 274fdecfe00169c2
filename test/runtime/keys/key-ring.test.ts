import { createPublicKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyRing } from '../../../runtime/src/keys/key-ring.ts'
import {
  keySetText,
  makeSigningKey,
  mountFiles,
  mountKeys,
  type TestKey,
} from '../../support/tenant-files.ts'

const [first, second] = [makeSigningKey(), makeSigningKey()] as [TestKey, TestKey]
const began = new Date('2026-11-22T12:00:00Z')
let folder: string
let now: number
let told: string[]
let ring: KeyRing

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiavi-keys-'))
  now = 0
  told = []
  ring = new KeyRing(
    folder,
    { loaded: ({ activeKid }) => told.push(activeKid), refused: (error) => told.push(error.message) },
    { monotonic: () => now, wall: () => new Date(began.getTime() + now) },
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const kids = (keys: readonly TestKey[]) => keys.map((key) => key.publicKey.kid)
const pemOf = (key: TestKey) => `${key.publicKey.kid}.pem`
const look = () => {
  now += 1_000
  return ring.current()
}

describe('KeyRing', () => {
  it('publishes exactly the public keys, with an ETag and the key set’s own max-age', async () => {
    mountKeys(folder, [first, second], { jwksMaxAgeSeconds: 77 })
    const keySet = await ring.current()
    expect(JSON.parse(String(keySet?.jwks.body))).toEqual({ keys: [first.publicKey, second.publicKey] })
    expect(keySet?.jwks.cacheControl).toBe('public, max-age=77')
    expect(keySet?.jwks.etag).toMatch(/^"[\w-]{27}"$/)
  })

  it('has the same bytes ready for everybody, and another ETag for other keys alone', async () => {
    mountKeys(folder, [first, second])
    const before = await ring.current()
    expect((await look())?.jwks.body).toBe(before?.jwks.body)
    mountKeys(folder, [first, second], { jwksMaxAgeSeconds: 77 })
    expect((await look())?.jwks.etag).toBe(before?.jwks.etag)
    mountKeys(folder, [second, first])
    expect((await look())?.jwks.etag).not.toBe(before?.jwks.etag)
  })

  it('takes a new key set into use within a second, without a restart', async () => {
    mountKeys(folder, [first, second])
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
    mountKeys(folder, [second, first])
    now = 999
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
    now = 1_000
    expect((await ring.current())?.activeKid).toBe(second.publicKey.kid)
    expect(told).toEqual(kids([first, second]))
  })

  it('takes a lower version too, as a restored record has it', async () => {
    mountKeys(folder, [first, second], { version: 7 })
    await ring.current()
    mountKeys(folder, [second], { version: 6 })
    expect(await look()).toMatchObject({ version: 6, activeKid: second.publicKey.kid })
    expect(await ring.served()).toMatchObject({ version: 6, keys: [{ kid: second.publicKey.kid }] })
  })

  it('has whole sets alone, however often they are exchanged while it reads', async () => {
    let exchanges = 0
    const exchange = () => mountKeys(folder, exchanges++ % 2 === 0 ? [first, second] : [second])
    exchange()
    for (let turn = 0; turn < 50; turn++) {
      let isReading = true
      const looking = look().finally(() => (isReading = false))
      while (isReading) {
        await new Promise(setImmediate)
        exchange()
      }
      const keySet = await looking
      if (keySet === undefined) continue
      const signer = createPublicKey(keySet.signingKey).export({ format: 'jwk' })
      const isFirst = keySet.activeKid === first.publicKey.kid
      expect([signer.n, keySet.verifyingKeys.size]).toEqual(
        isFirst ? [first.publicKey.n, 2] : [second.publicKey.n, 1],
      )
    }
    expect(told.filter((line) => !kids([first, second]).includes(line))).toEqual([])
    mountKeys(folder, [first])
    expect((await look())?.verifyingKeys.size).toBe(1)
  })

  it('lets who comes while it reads wait for what it reads', async () => {
    mountKeys(folder, [first])
    const reading = ring.current()
    now = 1
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
    await reading
    expect(told).toHaveLength(1)
  })

  it('keeps the keys in memory while the files are away, and tells of it once', async () => {
    mountKeys(folder, [first])
    await ring.current()
    renameSync(join(folder, '..data'), join(folder, 'hidden'))
    for (now of [1_000, 2_000, 3_000]) expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
    expect(told).toHaveLength(2)
    renameSync(join(folder, 'hidden'), join(folder, '..data'))
    now = 4_000
    await ring.current()
    expect(told.at(-1)).toBe(first.publicKey.kid)
  })

  it('takes a set that was half written once it is whole', async () => {
    mountKeys(folder, [first])
    await ring.current()
    const half = keySetText([second, first])
    const files = { 'keyset.json': half.slice(0, half.length / 2), [pemOf(second)]: second.privatePem }
    mountFiles(folder, files)
    expect((await look())?.activeKid).toBe(first.publicKey.kid)
    mountFiles(folder, { ...files, 'keyset.json': half })
    expect((await look())?.activeKid).toBe(second.publicKey.kid)
    expect(told).toEqual([first.publicKey.kid, 'keyset.json is not JSON.', second.publicKey.kid])
  })

  it('takes a set whose private half comes after it, where files are written in place', async () => {
    writeFileSync(join(folder, 'keyset.json'), keySetText([first]))
    for (now of [0, 1_000, 2_000]) expect(await ring.current()).toBeUndefined()
    expect(told).toHaveLength(1)
    writeFileSync(join(folder, pemOf(first)), first.privatePem)
    expect((await look())?.activeKid).toBe(first.publicKey.kid)
  })

  it('tells of what cannot be read for another reason, and goes on', async () => {
    mountKeys(folder, [first])
    await ring.current()
    mountFiles(folder, { 'keyset.json': keySetText([second]) })
    mkdirSync(join(folder, '..data', pemOf(second)))
    for (let turn = 0; turn < 2; turn++) expect((await look())?.activeKid).toBe(first.publicKey.kid)
    expect(told).toEqual([first.publicKey.kid, expect.stringContaining('EISDIR')])
  })

  describe('ends sessions', () => {
    const since = async (sessionsNotBefore?: Date) => {
      mountKeys(folder, [first], sessionsNotBefore && { sessionsNotBefore })
      return (await look())?.signedInSince
    }

    it('of those who signed in before the moment that the key set names, and of nobody otherwise', async () => {
      expect(await since()).toEqual(new Date(0))
      expect(await since(began)).toEqual(began)
      expect(await since()).toEqual(new Date(0))
    })

    it('as of when it heard of a moment that lies ahead, and no later with the next set', async () => {
      const ahead = new Date('2027-11-22T12:00:00Z')
      const heard = await since(ahead)
      expect(heard).toEqual(new Date(began.getTime() + now))
      expect(await since(ahead)).toEqual(heard)
    })
  })

  it('has nothing to offer before the first key set arrives, and looks again', async () => {
    expect(await ring.current()).toBeUndefined()
    mountKeys(folder, [first])
    now = 1_000
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
  })

  const document = (change: object) =>
    JSON.stringify({ ...(JSON.parse(keySetText([first])) as object), ...change })
  const pem = pemOf(first)
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'another key’s private half',
      { 'keyset.json': document({}), [pem]: second.privatePem },
      /is not the half/,
    ],
    ['damaged private material', { 'keyset.json': document({}), [pem]: 'garbage' }, /cannot be read/],
    [
      'a missing private half of the active key',
      { 'keyset.json': document({}) },
      /active key .* is not there/,
    ],
    [
      'a public key under another’s name',
      {
        'keyset.json': document({ keys: [{ ...second.publicKey, kid: first.publicKey.kid }] }),
        [pem]: second.privatePem,
      },
      /is another key/,
    ],
    [
      'a private member in the published keys',
      { 'keyset.json': document({ keys: [{ ...first.publicKey, d: 'AQAB' }] }) },
      /keys\.0/,
    ],
    [
      'a kid that is a path',
      { 'keyset.json': document({ keys: [{ ...first.publicKey, kid: '../../x' }] }) },
      /kid/,
    ],
    ['an empty key set', { 'keyset.json': document({ keys: [] }) }, /keys/],
    ['no JSON', { 'keyset.json': '{' }, /not JSON/],
    ['a key set without a version', { 'keyset.json': document({ version: undefined }) }, /version/],
    [
      'an end of sessions that is no moment',
      { 'keyset.json': document({ sessionsNotBefore: '' }) },
      /sessions/,
    ],
  ])('refuses %s loudly, once, and keeps signing with what it has', async (_because, files, words) => {
    mountKeys(folder, [second])
    await ring.current()
    mountFiles(folder, files)
    for (now of [1_000, 2_000]) expect((await ring.current())?.activeKid).toBe(second.publicKey.kid)
    expect(told).toHaveLength(2)
    expect(told[1]).toMatch(words)
    expect(told[1]).not.toMatch(/BEGIN|garbage/)
  })

  it('finds a swapped standby before it would sign', async () => {
    mountFiles(folder, {
      'keyset.json': document({ keys: [first.publicKey, second.publicKey] }),
      [pem]: first.privatePem,
      [`${second.publicKey.kid}.pem`]: first.privatePem,
    })
    expect(await ring.current()).toBeUndefined()
    expect(told[0]).toContain(second.publicKey.kid)
  })

  it('refuses keys shorter than 2048 bits', async () => {
    mountKeys(folder, [makeSigningKey(1024)])
    expect(await ring.current()).toBeUndefined()
    expect(told[0]).toMatch(/shorter than 2048/)
  })

  it('reads plain files too, for running outside a cluster', async () => {
    writeFileSync(join(folder, 'keyset.json'), document({}))
    writeFileSync(join(folder, pem), first.privatePem)
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
  })
})
