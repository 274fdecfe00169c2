import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkKey } from '../../operator/src/providers/keys/check-key.ts'
import { keySetFile } from '../../operator/src/providers/keys/key-set-file.ts'
import { publicSigningKey } from '../../operator/src/providers/keys/signing-key.ts'
import { readKeySet } from '../../runtime/src/keys/key-set.ts'

function makeKey() {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { publicKey: publicSigningKey(pair.privateKey), pem }
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiavi-key-set-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the mounted key set', () => {
  it('that the operator writes is the one that the runtime signs with and publishes', async () => {
    const [active, other] = [makeKey(), makeKey()]
    const keys = [active.publicKey, other.publicKey]
    const terms = { version: 7, jwksMaxAgeSeconds: 300, sessionsNotBefore: '2026-11-22T12:00:00.000Z' }
    writeFileSync(
      join(folder, 'keyset.json'),
      keySetFile({ ...terms, activeKid: active.publicKey.kid, keys }),
    )
    writeFileSync(join(folder, `${active.publicKey.kid}.pem`), active.pem)
    const read = await readKeySet(folder)
    expect(read).toMatchObject({ version: 7, activeKid: active.publicKey.kid })
    expect(read.sessionsNotBefore?.toISOString()).toBe(terms.sessionsNotBefore)
    expect(JSON.parse(read.jwks.body.toString())).toEqual({ keys })
    expect(read.jwks.cacheControl).toBe('public, max-age=300')
  })

  it('is refused by both when a private key lies under another kid', async () => {
    const [active, other] = [makeKey(), makeKey()]
    const terms = { version: 1, jwksMaxAgeSeconds: 300 }
    writeFileSync(
      join(folder, 'keyset.json'),
      keySetFile({ ...terms, activeKid: active.publicKey.kid, keys: [active.publicKey] }),
    )
    writeFileSync(join(folder, `${active.publicKey.kid}.pem`), other.pem)
    await expect(readKeySet(folder)).rejects.toThrow('not the half')
    expect(() => checkKey(active.publicKey, other.pem)).toThrow(active.publicKey.kid)
  })
})
