import { describe, expect, it } from 'vitest'
import { parseVersion, versionOf } from '../../../../operator/src/providers/backups/s3-version.ts'

describe('versionOf', () => {
  it.each([
    { versionID: '01M81KSZX7', etag: '"5d41"', because: 'a bucket with versions' },
    { versionID: undefined, etag: '"5d41-2"', because: 'a bucket without' },
    { versionID: '01M81KSZX7', etag: '', because: 'a marker' },
  ])('keeps what parseVersion gives back: $because', ({ versionID, etag }) => {
    expect(parseVersion(versionOf(versionID, etag))).toEqual({ versionID, etag })
  })

  it('is the same in a head and in a list, which call the missing version null', () => {
    expect(versionOf('null', '"5d41"')).toBe(versionOf(undefined, '"5d41"'))
  })
})
