import fc from 'fast-check'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkFolder,
  checkListed,
  checkName,
  checkUploadID,
} from '../../../../operator/src/providers/backups/check-name.ts'
import { StoreRefused } from '../../../../operator/src/providers/backups/errors.ts'

const bundle =
  '3f0e1a52-6f5c-4f3e-9b0e-1f2d3c4b5a69/k3x9q7w2ab/00000001-20261122T020000Z-until-20261222T020000Z.manifest'

describe('checkName', () => {
  it.each([bundle, 'a', 'A-_.9', 'a/b/c', 'a..b', 'a'.repeat(200)])('takes %s', (name) => {
    expect(checkName(name)).toBe(name)
  })

  it('lets nothing through that a path leads out by', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '\\', '\0', ' ') }), (name) => {
        let taken = true
        try {
          checkName(name)
        } catch {
          taken = false
        }
        if (taken) expect(join('/store', name)).toBe(`/store/${name}`)
      }),
      { numRuns: 2_000 },
    )
  })

  it('says what it was, short and in one line', () => {
    expect(() => checkName(`\n${'a'.repeat(5_000)}`)).toThrow(/^"\\naaa[a]+\.\.\." is not a name/)
  })
})

describe('checkFolder', () => {
  it('takes nothing for the whole store', () => {
    expect(checkFolder('')).toBe('')
    expect(() => checkFolder('/')).toThrow(StoreRefused)
  })
})

describe('checkListed', () => {
  it.each(['notes of mine.txt', 'ä/ö', 'a\\b'])('takes what a stranger called %s', (name) => {
    expect(checkListed(name)).toBe(name)
  })

  it.each(['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', '.kiavi/about/a.json', 'a/.b', 'a\0b'])(
    'refuses %j',
    (name) => {
      expect(() => checkListed(name)).toThrow(StoreRefused)
    },
  )
})

describe('checkUploadID', () => {
  it.each(['11111111-2222-4333-8444-555555555555', ''])('takes %j', (uploadID) => {
    expect(checkUploadID(uploadID)).toBe(uploadID)
  })

  it.each(['../../x', 'x', '11111111-2222-4333-8444-55555555555/'])('refuses %j', (uploadID) => {
    expect(() => checkUploadID(uploadID)).toThrow(StoreRefused)
  })
})
