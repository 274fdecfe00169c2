import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { subjectOf, uuidBytes } from '../../../../operator/src/jobs/replay/subjects.ts'

describe('subjectOf', () => {
  it('is HMAC-SHA-256 (RFC 4231, test case 1) as a journal writes it', () => {
    const key = createSecretKey(Buffer.alloc(20, 0x0b))
    const mac = 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'
    expect(subjectOf(key, Buffer.from('Hi There'))).toBe(Buffer.from(mac, 'hex').toString('base64url'))
  })
})

describe('uuidBytes', () => {
  it('are the 16 bytes that PostgreSQL sends', () => {
    const bytes = uuidBytes('0123abcd-4567-89ab-cdef-0123456789ab')
    expect(Buffer.from(bytes).toString('hex')).toBe('0123abcd456789abcdef0123456789ab')
  })
})
