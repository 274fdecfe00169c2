import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { exportPublicKey, importCoseKey, importPublicKey } from '../../../runtime/src/webauthn/public-key.ts'

const bytes = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'))

describe('importCoseKey', () => {
  it('reads ES256, Ed25519 and RS256, through storage and back', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const ed = generateKeyPairSync('ed25519')
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const [p, q, r] = [ec, ed, rsa].map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
    const keys: [Map<number, unknown>, typeof ec, string | null][] = [
      [
        new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(p?.x)],
          [-3, bytes(p?.y)],
        ]),
        ec,
        'sha256',
      ],
      [
        new Map<number, unknown>([
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, bytes(q?.x)],
        ]),
        ed,
        null,
      ],
      [
        new Map<number, unknown>([
          [1, 3],
          [3, -257],
          [-1, bytes(r?.n)],
          [-2, bytes(r?.e)],
        ]),
        rsa,
        'sha256',
      ],
    ]
    for (const [cose, pair, hash] of keys) {
      const { key, algorithm } = importCoseKey(cose)
      const stored = importPublicKey(exportPublicKey(key))
      const data = Buffer.from('signed')
      expect(algorithm).toBe(cose.get(3))
      expect(verify(hash, data, stored, sign(hash, data, pair.privateKey))).toBe(true)
    }
  })

  it.each<[string, [number, unknown][]]>([
    [
      'another curve under ES256',
      [
        [1, 2],
        [3, -7],
        [-1, 2],
        [-2, bytes('AA')],
        [-3, bytes('AA')],
      ],
    ],
    [
      'a point that is not on the curve',
      [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(32)],
        [-3, new Uint8Array(32)],
      ],
    ],
    [
      'an algorithm that was not asked for',
      [
        [1, 2],
        [3, -36],
        [-1, 3],
      ],
    ],
    [
      'a missing coordinate',
      [
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(32)],
      ],
    ],
    [
      'a short RSA key',
      [
        [1, 3],
        [3, -257],
        [
          -1,
          bytes(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }).n),
        ],
        [-2, bytes('AQAB')],
      ],
    ],
  ])('refuses %s', (_because, entries) => {
    expect(() => importCoseKey(new Map(entries))).toThrow()
  })
})
