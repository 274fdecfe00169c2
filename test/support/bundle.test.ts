import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundle } from '../../bundle.ts'

let workspace = ''
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(workspace, path)), { recursive: true })
  writeFileSync(join(workspace, path), text)
}
const run = (...args: string[]) =>
  execFileSync(process.execPath, [join(workspace, 'dist', 'main.js'), ...args], {
    cwd: '/',
    encoding: 'utf8',
  })

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'kiavi-bundle-'))
  write('package.json', JSON.stringify({ name: 'example', version: '1.2.3', type: 'module' }))
})
afterEach(() => rmSync(workspace, { recursive: true }))

describe('bundle', () => {
  it('carries what a module reads, wherever in the source it lies', async () => {
    write('src/db/migrations/0001.sql', 'create table')
    write(
      'src/db/read.ts',
      `import { readFileSync } from 'node:fs'
       export const read = () => readFileSync(new URL('./migrations/0001.sql', import.meta.url), 'utf8')
       export const folder: URL = new URL('./migrations/', import.meta.url)`,
    )
    write(
      'src/main.ts',
      `import { readdirSync } from 'node:fs'
       import { folder, read } from './db/read.ts'
       console.log(read(), readdirSync(folder).join())`,
    )
    await bundle(workspace)
    rmSync(join(workspace, 'src'), { recursive: true })
    expect(run()).toBe('create table 0001.sql\n')
  })

  it('bundles worker threads beside the program, and what they import', async () => {
    write('src/keys/word.ts', `export const word: string = 'from the worker'`)
    write(
      'src/keys/key-worker.ts',
      `import { parentPort } from 'node:worker_threads'
       import { word } from './word.ts'
       parentPort?.postMessage(word)`,
    )
    write(
      'src/main.ts',
      `import { Worker } from 'node:worker_threads'
       new Worker(new URL('./keys/key-worker.ts', import.meta.url)).on('message', (word) => console.log(word))`,
    )
    await bundle(workspace)
    rmSync(join(workspace, 'src'), { recursive: true })
    expect(run()).toBe('from the worker\n')
  })

  it('leaves no chunk of an earlier bundle behind', async () => {
    write('src/lazy.ts', `export const lazy = 'first'`)
    write('src/main.ts', `console.log((await import('./lazy.ts')).lazy)`)
    await bundle(workspace)
    write('src/lazy.ts', `export const lazy = 'second'`)
    await bundle(workspace)
    expect(run()).toBe('second\n')
    expect(readdirSync(join(workspace, 'dist')).filter((name) => /^lazy.*\.js$/.test(name))).toHaveLength(1)
  })

  it('bundles another program of the workspace, to where it is told', async () => {
    write('src/word.ts', `export const word: string = 'from the other'`)
    write('src/jobs/main.ts', `import { word } from '../word.ts'\nconsole.log(word)`)
    await bundle(workspace, join(workspace, 'dist'), 'jobs/main.ts')
    expect(run()).toBe('from the other\n')
  })

  it('says which file is missing', async () => {
    write('src/main.ts', `console.log(new URL('./nowhere.sql', import.meta.url))`)
    await expect(bundle(workspace)).rejects.toThrow('example reads src/nowhere.sql, which does not exist.')
  })
})
