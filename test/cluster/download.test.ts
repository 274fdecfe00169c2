import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadTool, publishedChecksum } from './download.ts'
import { type Tool, tools } from './tools.ts'

const sum = 'a'.repeat(64)
const other = 'b'.repeat(64)

describe('publishedChecksum', () => {
  it.each([
    { because: 'it stands alone', text: `${sum}\n` },
    { because: 'it stands beside the name', text: `${sum}  tool.tgz\n` },
    { because: 'the name is marked as binary', text: `${sum} *tool.tgz` },
    { because: 'the name has a folder', text: `${sum}  ./out/tool.tgz` },
    {
      because: 'other files are named too',
      text: `${other}  tool\n${sum}  tool.tgz\n${other}  tool.tgz.asc\n`,
    },
  ])('finds it when $because', ({ text }) => {
    expect(publishedChecksum(text, 'tool.tgz')).toBe(sum)
  })
  it.each([
    { because: 'only other files are named', text: `${other}  tool\n${other}  tool.zip` },
    { because: 'it is a page about an error', text: '<html>not found</html>' },
    { because: 'it is another kind of sum', text: `${'a'.repeat(40)}  tool.tgz` },
  ])('fails when $because', ({ text }) => {
    expect(() => publishedChecksum(text, 'tool.tgz')).toThrow('no SHA-256 for tool.tgz')
  })
})

describe('downloadTool', () => {
  let folder: string
  let to: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-download-'))
    to = join(folder, 'to')
    mkdirSync(to)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const url = 'https://example.org/tool.tgz'
  const tool: Tool = {
    version: '1',
    binaries: ['tool'],
    downloads: () => [{ url, checksumUrl: `${url}.sha256`, archive: { folder: 'release' } }],
    build: { module: 'none', packages: {}, usualMinutes: 0 },
  }
  const archive = () => {
    mkdirSync(join(folder, 'release'))
    writeFileSync(join(folder, 'release', 'tool'), 'the tool', { mode: 0o755 })
    return spawnSync('tar', ['-cz', '-C', folder, 'release']).stdout
  }
  const served = (content: Buffer, checksum = createHash('sha256').update(content).digest('hex')) =>
    ((asked: string) =>
      Promise.resolve(
        new Response(asked.endsWith('.sha256') ? checksum : new Uint8Array(content)),
      )) as typeof fetch

  it('unpacks what is as published', async () => {
    await downloadTool(tool, to, served(archive()))
    expect(readFileSync(join(to, 'tool'), 'utf8')).toBe('the tool')
    expect(() => accessSync(join(to, 'tool'), constants.X_OK)).not.toThrow()
  })

  it('uses nothing that is not as published', async () => {
    await expect(downloadTool(tool, to, served(archive(), sum))).rejects.toThrow('it was not used')
    expect(() => accessSync(join(to, 'tool'))).toThrow()
  })

  it('fails when nothing is published', async () => {
    await expect(downloadTool(tools['envoy-gateway'], to)).rejects.toThrow('No binaries are published')
  })

  it('fails on a page that is not there', async () => {
    const missing = () => Promise.resolve(new Response('', { status: 404 }))
    await expect(downloadTool(tool, to, missing)).rejects.toThrow(`Could not download ${url}.sha256`)
  })
})
