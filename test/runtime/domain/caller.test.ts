import { describe, expect, it } from 'vitest'
import { plainAddress, plainUserAgent } from '../../../runtime/src/domain/caller.ts'

describe('plainAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain)
  })
})

describe('plainUserAgent', () => {
  it('drops what cannot be stored or printed', () => {
    expect(plainUserAgent('Mozilla/5.0\u0000\r\n{"x":1}')).toBe('Mozilla/5.0{"x":1}')
  })
  it('keeps 256 characters', () => {
    expect(plainUserAgent('x'.repeat(256))).toHaveLength(256)
    expect(plainUserAgent('x'.repeat(257))).toHaveLength(256)
  })
  it('is null where there is none', () => {
    expect([plainUserAgent(undefined), plainUserAgent(''), plainUserAgent('\u0000')]).toEqual([
      null,
      null,
      null,
    ])
  })
})
