import { describe, expect, it } from 'vitest'
import { StoreCut } from '../../../../operator/src/providers/backups/errors.ts'
import { volumeError } from '../../../../operator/src/providers/backups/volume-error-table.ts'

/** As Node throws it. */
const failed = (code: string, words: string) =>
  Object.assign(new Error(`${code}: ${words}, open '/mnt/secret/path'`), { code })

describe('volumeError', () => {
  it.each([
    { code: 'ENOSPC', kind: 'StoreFull', because: 'the disk' },
    { code: 'EDQUOT', kind: 'StoreFull', because: 'the quota' },
    { code: 'EFBIG', kind: 'StoreFull', because: 'the file system takes no larger file' },
    { code: 'EACCES', kind: 'StoreDenied', because: 'the wrong user' },
    { code: 'EROFS', kind: 'StoreDenied', because: 'mounted read-only' },
    { code: 'ENOENT', kind: 'StoreGone', because: 'taken away' },
    { code: 'EEXIST', kind: 'StoreExists', because: 'somebody was first' },
    { code: 'ELOOP', kind: 'StoreRefused', because: 'a symbolic link' },
    { code: 'ENOTDIR', kind: 'StoreRefused', because: 'a file in the way' },
    { code: 'EIO', kind: 'StoreUnavailable', because: 'the disk' },
    { code: 'ESTALE', kind: 'StoreUnavailable', because: 'the network to it' },
  ])('makes $code a $kind: $because', ({ code, kind }) => {
    const made = volumeError('Putting x', failed(code, 'the words of Node'))
    expect(made).toMatchObject({ name: kind, reason: code, condition: 'BackupsCurrent' })
    expect(made.message).toMatch(new RegExp(`^Putting x: the words of Node \\(${code}\\)\\. [A-Z].+\\.$`))
  })

  it('says something for whatever is thrown', () => {
    expect(volumeError('Putting x', 'a string').message).toBe(
      'Putting x: unknown failure (unknown). Look at the disk, or at the network to it.',
    )
  })

  it('keeps what is one of ours already', () => {
    const ours = new StoreCut('cut')
    expect(volumeError('Putting x', ours)).toBe(ours)
  })
})
