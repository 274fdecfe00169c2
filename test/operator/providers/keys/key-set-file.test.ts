import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { KeyUnreadable } from '../../../../operator/src/providers/keys/errors.ts'
import { keySetFile, parseKeySetFile } from '../../../../operator/src/providers/keys/key-set-file.ts'
import { publicSigningKey } from '../../../../operator/src/providers/keys/signing-key.ts'

const keys = [1, 2].map(() =>
  publicSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
)
const [first, second] = keys
const set = { version: 7, activeKid: first!.kid, jwksMaxAgeSeconds: 300, keys }

describe('keySetFile', () => {
  it('is read back as it was', () => {
    expect(parseKeySetFile(keySetFile(set))).toEqual(set)
  })

  it('is the same bytes for the same set, and leaves out what is not public', () => {
    const reordered = {
      keys: keys.map((key) => ({ d: 'secret', ...key })),
      jwksMaxAgeSeconds: 300,
      activeKid: first!.kid,
      version: 7,
    }
    expect(keySetFile(reordered)).toBe(keySetFile(set))
  })
})

describe('parseKeySetFile', () => {
  it.each([
    { text: 'x', words: 'not JSON', because: 'it is not JSON' },
    { text: JSON.stringify({ ...set, keys: [] }), words: 'keys', because: 'there is no key' },
    {
      text: JSON.stringify({ ...set, activeKid: 'other' }),
      words: 'active key',
      because: 'the active key is missing',
    },
    {
      text: JSON.stringify({ ...set, keys: [first, first] }),
      words: 'twice',
      because: 'a kid is there twice',
    },
    {
      text: JSON.stringify({ ...set, keys: [{ ...first, n: second!.n }, second] }),
      words: 'thumbprint',
      because: 'a kid does not belong to its key',
    },
    {
      text: JSON.stringify({ ...set, jwksMaxAgeSeconds: 0 }),
      words: 'jwksMaxAgeSeconds',
      because: 'a number is wrong',
    },
  ])('refuses when $because', ({ text, words, because }) => {
    const parse = () => parseKeySetFile(text)
    expect(parse, because).toThrow(KeyUnreadable)
    expect(parse, because).toThrow(words)
  })
})
