import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAgeIdentity } from '../../../../operator/src/backups/age-identity.ts'
import { encrypt } from '../../../../operator/src/providers/age/encrypt.ts'
import { ageTools } from '../../../support/postgres-clients.ts'

const [one, two, stranger] = [1, 2, 3].map(() => makeAgeIdentity(randomBytes))

describe('encrypt', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-age-'))
  let age: string
  beforeAll(() => {
    age = ageTools().age
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const open = (ciphertext: Uint8Array, identity: string) => {
    const [file, key] = [join(folder, 'file.age'), join(folder, 'identity.txt')]
    writeFileSync(file, ciphertext)
    writeFileSync(key, identity, { mode: 0o600 })
    return execFileSync(age, ['-d', '-i', key, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  it('is opened by the age program with any of the identities, and with no other', async () => {
    const plaintext = `${'line ä\n'.repeat(20_000)}end`
    const ciphertext = await encrypt(plaintext, [one!.recipient, two!.recipient])
    expect(open(ciphertext, one!.identity)).toBe(plaintext)
    expect(open(ciphertext, two!.identity)).toBe(plaintext)
    expect(() => open(ciphertext, stranger!.identity)).toThrow(/no identity matched/)
  })

  it.each([
    { recipients: [], because: 'nobody could open it' },
    { recipients: ['age1nonsense'], because: 'it is no recipient' },
    { recipients: [one!.identity], because: 'it is a private half' },
  ])('refuses where $because, and repeats nothing', async ({ recipients, because }) => {
    const refused = encrypt('text', recipients)
    await expect(refused, because).rejects.toThrow(TypeError)
    await refused.catch((error: unknown) => expect(String(error)).not.toContain('AGE-SECRET-KEY'))
  })
})
