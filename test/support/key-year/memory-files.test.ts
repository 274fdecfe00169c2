import { describe, expect, it } from 'vitest'
import { mount, readFile, realpath, stat, unmount } from './memory-files.ts'

describe('mount', () => {
  it('exchanges all files of a folder in one moment, and is seen to', async () => {
    mount('/pods/a', { 'keyset.json': 'old', 'a.pem': 'PEM' })
    const before = await stat('/pods/a/keyset.json')
    const real = await realpath('/pods/a/keyset.json')
    expect(await readFile(real, 'utf8')).toBe('old')
    mount('/pods/a', { 'keyset.json': 'new' })
    expect((await stat('/pods/a/keyset.json')).ino).not.toBe(before.ino)
    await expect(readFile(real, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readFile('/pods/a/a.pem')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('gives bytes of which the reader may do what it likes', async () => {
    mount('/pods/b', { 'b.pem': 'PEM' })
    const bytes = (await readFile('/pods/b/b.pem')) as Buffer
    bytes.fill(0)
    expect(await readFile('/pods/b/b.pem', 'utf8')).toBe('PEM')
  })

  it('forgets what was unmounted', async () => {
    mount('/pods/c', { 'keyset.json': '{}' })
    unmount('/pods/c')
    await expect(stat('/pods/c/keyset.json')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
