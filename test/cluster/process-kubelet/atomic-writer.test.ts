import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAtomically } from './atomic-writer.ts'

const files = (content: Record<string, string>) =>
  new Map(Object.entries(content).map(([path, text]) => [path, { content: Buffer.from(text), mode: 0o640 }]))

describe('writeAtomically', () => {
  let folder: string
  const visible = () => readdirSync(folder).filter((name) => !name.startsWith('..'))
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiavi-volume-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('shows the files, with their mode', () => {
    expect(writeAtomically(folder, files({ a: '1', 'keys/b': '2' }))).toBe(true)
    expect(visible()).toEqual(['a', 'keys'])
    expect(readFileSync(join(folder, 'keys/b'), 'utf8')).toBe('2')
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o640)
  })

  it('writes nothing when nothing changed', () => {
    writeAtomically(folder, files({ a: '1' }))
    const before = statSync(join(folder, 'a')).ino
    expect(writeAtomically(folder, files({ a: '1' }))).toBe(false)
    expect(statSync(join(folder, 'a')).ino).toBe(before)
  })

  it('lets an open reader see old or new as a whole, through a path that stays', () => {
    writeAtomically(folder, files({ a: 'old', b: 'old' }))
    writeAtomically(folder, files({ a: 'new', b: 'new', c: 'new' }))
    expect(['a', 'b', 'c'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      'new',
      'new',
      'new',
    ])
  })

  it('takes away what is no more, and leaves one version on disk', () => {
    writeAtomically(folder, files({ a: '1', b: '2' }))
    writeAtomically(folder, files({ b: '2' }))
    expect(visible()).toEqual(['b'])
    expect(readdirSync(folder).filter((name) => name.startsWith('..'))).toHaveLength(2)
  })
})
