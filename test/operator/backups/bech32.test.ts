import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bech32, readBech32 } from '../../../operator/src/backups/bech32.ts'

describe('bech32', () => {
  it('writes what BIP 173 writes', () => {
    const bytes = Buffer.from('00443214c74254b635cf84653a56d7c675be77df', 'hex')
    // The example of a split and its re-encoding, without the witness version before it.
    expect(
      bech32('split', Buffer.from('c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d', 'hex')),
    ).toBe('split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w')
    expect(bech32('abcdef', bytes)).toBe('abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw')
  })
})

describe('readBech32', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(readBech32('age', bech32('age', bytes))).toEqual(bytes)
      }),
    )
  })

  it('refuses a text with any other letter in it', () => {
    const text = bech32('age', Buffer.alloc(32, 7))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.constantFrom(...'qpzry9x8gf2'.split('')),
        (at, letter) => {
          const changed = text.slice(0, at) + letter + text.slice(at + 1)
          fc.pre(changed !== text)
          expect(readBech32('age', changed)).toBeUndefined()
        },
      ),
    )
  })

  it.each([
    ['', 'nothing'],
    ['age1', 'no checksum'],
    ['agent1qqqqqq', 'another prefix'],
    ['age1bbbbbbbb', 'letters that are not of the alphabet'],
  ])('refuses %j: %s', (text) => {
    expect(readBech32('age', text)).toBeUndefined()
  })
})
