import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { uuidv4, uuidv7 } from '../../../runtime/src/domain/uuid.ts'

describe('uuidv7', () => {
  it('is the one of RFC 9562, appendix A.6', () => {
    const random = () => Buffer.from('0cc318c4dc0c0c07398f', 'hex')
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })
  it('sorts by time', () => {
    const ids = [1, 2, 256, 65_536, 2 ** 32, 2 ** 47].map((now) => uuidv7(now, randomBytes))
    expect([...ids].sort()).toEqual(ids)
  })
})

describe('uuidv4', () => {
  it('carries its version and variant', () => {
    expect(uuidv4((bytes) => Buffer.alloc(bytes, 0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff')
    expect(uuidv4((bytes) => Buffer.alloc(bytes))).toBe('00000000-0000-4000-8000-000000000000')
  })
})
