import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkKey } from '../../../../operator/src/providers/keys/check-key.ts'
import { KeyUnreadable } from '../../../../operator/src/providers/keys/errors.ts'
import { publicSigningKey } from '../../../../operator/src/providers/keys/signing-key.ts'

const make = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    publicKey: publicSigningKey(privateKey),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
const ours = make()
const others = make()
const curve = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('checkKey', () => {
  it('accepts the private half of the key that kid names', () => {
    expect(() => checkKey(ours.publicKey, ours.pem)).not.toThrow()
  })

  it.each([
    {
      publicKey: ours.publicKey,
      pem: others.pem,
      words: 'belongs to another public key',
      because: 'keys were mixed up',
    },
    { publicKey: ours.publicKey, pem: ours.pem.slice(0, 400), words: 'cannot', because: 'the PEM was cut' },
    { publicKey: ours.publicKey, pem: '', words: 'not a PEM', because: 'it is empty' },
    { publicKey: ours.publicKey, pem: curve, words: 'not an RSA key', because: 'it is of another kind' },
    {
      publicKey: { ...ours.publicKey, kid: others.publicKey.kid },
      pem: ours.pem,
      words: 'thumbprint',
      because: 'kid lies',
    },
  ])('refuses when $because, and never shows the material', ({ publicKey, pem, words, because }) => {
    const check = () => checkKey(publicKey, pem)
    expect(check, because).toThrow(KeyUnreadable)
    expect(check, because).toThrow(words === 'cannot' ? 'not a PEM that can be read' : words)
    for (const line of pem.split('\n').filter((part) => part.length > 20 && !part.startsWith('-')))
      expect(check).not.toThrow(line)
  })
})
