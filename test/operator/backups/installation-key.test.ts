import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  installationKey,
  readInstallationKey,
  readInstallationKeys,
} from '../../../operator/src/backups/installation-key.ts'
import { testInstallation } from '../../support/backup-bundle.ts'

const ours = testInstallation()
const [key] = ours.keys.keys

describe('installationKey', () => {
  it('shows the public half only, with its thumbprint', async () => {
    expect(key).not.toHaveProperty('d')
    expect(key?.kid).toBe(await calculateJwkThumbprint(key!, 'sha256'))
  })
})

describe('readInstallationKey', () => {
  it('reads PKCS #8', () => {
    expect(installationKey(readInstallationKey(ours.pem))).toEqual(key)
  })

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  it.each([
    { pem: '', because: 'it is empty' },
    { pem: ours.pem.slice(0, 70), because: 'it was cut' },
    { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), because: 'it is an RSA key' },
  ])('refuses a file when $because, and shows nothing of it', ({ pem, because }) => {
    const read = () => readInstallationKey(pem)
    expect(read, because).toThrow('is not an Ed25519 key')
    for (const line of pem.split('\n').filter((part) => part.length > 20 && !part.startsWith('-')))
      expect(read).not.toThrow(line)
  })
})

describe('readInstallationKeys', () => {
  it('reads a set of public keys', () => {
    expect(readInstallationKeys(JSON.parse(JSON.stringify(ours.keys)))).toEqual(ours.keys)
  })

  it.each([
    { value: undefined, because: 'there is none' },
    { value: { keys: [] }, because: 'without a key nothing can be checked' },
    { value: { keys: [{ ...key, kid: 'other' }] }, because: 'the kid lies' },
    { value: { keys: [{ ...key, d: 'secret' }] }, because: 'a private half has no business here' },
  ])('refuses when $because', ({ value, because }) => {
    expect(() => readInstallationKeys(value), because).toThrow(
      expect.objectContaining({ code: 'JOB_MISCONFIGURED' }),
    )
  })
})
