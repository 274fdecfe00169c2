import { describe, expect, it } from 'vitest'
import { parseAssertionData } from '../../../runtime/src/domain/authenticator-data.ts'

const data = (flags: number, more = 0) => {
  const bytes = Buffer.alloc(37 + more)
  bytes.fill(9, 0, 32)
  bytes.writeUInt8(flags, 32)
  bytes.writeUInt32BE(0xfffffffe, 33)
  return bytes
}

describe('parseAssertionData', () => {
  it('reads hash, flags and the whole range of the counter', () => {
    expect(parseAssertionData(data(0x1d))).toEqual({
      rpIdHash: Buffer.alloc(32, 9),
      userPresent: true,
      userVerified: true,
      backupEligible: true,
      backedUp: true,
      signCount: 0xfffffffe,
    })
  })

  it.each([
    { flags: 0x05, more: 0, reads: true, because: 'a plain assertion has 37 bytes' },
    { flags: 0x05, more: -1, reads: false, because: 'one byte is missing' },
    { flags: 0x05, more: 1, reads: false, because: 'bytes follow that no flag announces' },
    { flags: 0x85, more: 1, reads: true, because: 'extensions were announced' },
    { flags: 0x85, more: 0, reads: false, because: 'announced extensions are missing' },
    { flags: 0x45, more: 18, reads: false, because: 'an assertion attests no credential' },
    { flags: 0x0d, more: 0, reads: true, because: 'eligible for backup and not backed up' },
    { flags: 0x15, more: 0, reads: false, because: 'backed up without being eligible cannot be' },
  ])('flags $flags with $more more bytes: $reads, because $because', ({ flags, more, reads }) => {
    const bytes = more < 0 ? data(flags).subarray(0, 37 + more) : data(flags, more)
    expect(parseAssertionData(bytes) !== undefined).toBe(reads)
  })
})
