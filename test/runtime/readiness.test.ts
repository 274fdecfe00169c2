import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaVersion } from '../../runtime/src/db/schema-version.ts'
import { KeyRing } from '../../runtime/src/keys/key-ring.ts'
import { checkReadiness } from '../../runtime/src/readiness.ts'
import { makeSigningKey, mountKeys, type TestKey } from '../support/tenant-files.ts'

const [first, second] = [makeSigningKey(), makeSigningKey()] as [TestKey, TestKey]
let folder: string
let now: number
let keys: KeyRing

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiavi-readiness-'))
  now = 0
  const silent = { loaded: () => undefined, refused: () => undefined }
  keys = new KeyRing(folder, silent, { monotonic: () => now, wall: () => new Date(now) })
})
afterEach(() => rmSync(folder, { recursive: true }))

const ask = (found: () => Promise<number> = () => Promise.resolve(schemaVersion), draining = false) =>
  checkReadiness({ store: { readSchemaVersion: found }, keys, version: '1.2.3', draining: () => draining })

describe('checkReadiness', () => {
  it('says which key set is served, and for how long, by files that it looked at just now', async () => {
    mountKeys(folder, [first, second], { version: 4 })
    await ask()
    mountKeys(folder, [second], { version: 5 })
    now = 61_500
    await ask()
    now = 63_400
    expect(await ask()).toEqual({
      ready: true,
      schemaVersion,
      activeKid: second.publicKey.kid,
      kids: [second.publicKey.kid],
      keySet: {
        version: 5,
        activeSeconds: 1,
        keys: [{ kid: second.publicKey.kid, seconds: 63, always: true }],
      },
      version: '1.2.3',
    })
  })

  it.each<[string, string, () => ReturnType<typeof ask>]>([
    ['its end has come', 'draining', () => ask(undefined, true)],
    ['the database is away', 'database not reachable', () => ask(() => Promise.reject(new Error('away')))],
    [
      'the schema is older',
      'waiting for the migration step',
      () => ask(() => Promise.resolve(schemaVersion - 1)),
    ],
  ])('is not ready while %s, and says what it serves nevertheless', async (_because, words, answer) => {
    mountKeys(folder, [first])
    expect(await answer()).toMatchObject({
      ready: false,
      reason: expect.stringContaining(words) as string,
      activeKid: first.publicKey.kid,
    })
  })

  it('is not ready as long as there was never a key to sign with', async () => {
    expect(await ask()).toMatchObject({
      ready: false,
      reason: 'no usable signing keys',
      activeKid: null,
      kids: [],
      keySet: null,
    })
  })
})
