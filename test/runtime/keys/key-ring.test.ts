import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyRing } from '../../../runtime/src/keys/key-ring.ts'
import { makeSigningKey, mountFiles, mountKeys, type TestKey } from '../../support/tenant-files.ts'

const [first, second] = [makeSigningKey(), makeSigningKey()] as [TestKey, TestKey]
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
    { loaded: (kid) => told.push(kid), refused: (error) => told.push(error.message) },
    () => now,
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const kids = (keys: readonly TestKey[]) => keys.map((key) => key.publicKey.kid)

describe('KeyRing', () => {
  it('publishes exactly the public keys, with an ETag and the key set’s own max-age', async () => {
    mountKeys(folder, [first, second], 77)
    const keySet = await ring.current()
    expect(JSON.parse(String(keySet?.jwks.body))).toEqual({ keys: [first.publicKey, second.publicKey] })
    expect(keySet?.jwks.cacheControl).toBe('public, max-age=77')
    expect(keySet?.jwks.etag).toMatch(/^"[\w-]{27}"$/)
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

  it('has nothing to offer before the first key set arrives, and looks again', async () => {
    expect(await ring.current()).toBeUndefined()
    mountKeys(folder, [first])
    now = 1_000
    expect((await ring.current())?.activeKid).toBe(first.publicKey.kid)
  })

  const document = (change: object) =>
    JSON.stringify({
      activeKid: first.publicKey.kid,
      jwksMaxAgeSeconds: 300,
      keys: [first.publicKey],
      ...change,
    })
  const pem = `${first.publicKey.kid}.pem`
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
