import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeLibraryLinks } from './postgres-binaries.ts'

describe('makeLibraryLinks', () => {
  let folder: string
  const lib = (name: string) => join(folder, 'native', 'lib', name)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-links-'))
    mkdirSync(join(folder, 'native', 'lib'), { recursive: true })
    writeFileSync(lib('libpq.so.5.15'), 'library')
    const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
      source: 'native/lib/libpq.so.5.15',
      target: `native/lib/${name}`,
    }))
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('makes what the install script would have made', () => {
    makeLibraryLinks(folder)
    expect(readlinkSync(lib('libpq.so'))).toBe('libpq.so.5.15')
    expect(readFileSync(lib('libpq.so.5'), 'utf8')).toBe('library')
  })

  it('leaves alone what is there', () => {
    writeFileSync(lib('libpq.so'), 'other')
    makeLibraryLinks(folder)
    makeLibraryLinks(folder)
    expect(readFileSync(lib('libpq.so'), 'utf8')).toBe('other')
  })

  it('does nothing where the package has no list', () => {
    rmSync(join(folder, 'native', 'pg-symlinks.json'))
    expect(() => makeLibraryLinks(folder)).not.toThrow()
  })
})
