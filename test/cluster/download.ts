/** Gets a tool's published binaries, each checked against its published SHA-256. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Download, type Tool } from './tools.ts'

/** A host that does not answer is given up soon: there is another way. */
const answerLimitMs = 8_000
const bodyLimitMs = 10 * 60_000

const architectures: Partial<Record<string, 'amd64' | 'arm64'>> = { x64: 'amd64', arm64: 'arm64' }

/** The SHA-256 that a checksum file gives for a file name: alone in it, or on the line that names the file. */
export function publishedChecksum(text: string, fileName: string): string {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const named = lines.find(([, name]) => name !== undefined && basename(name.replace(/^\*/, '')) === fileName)
  const alone = lines.length === 1 && lines[0]?.length === 1 ? lines[0] : undefined
  const checksum = (named ?? alone)?.[0]
  if (checksum === undefined || !/^[0-9a-f]{64}$/i.test(checksum))
    throw new Error(`The checksum file has no SHA-256 for ${fileName}.`)
  return checksum.toLowerCase()
}

async function get(fetch: typeof globalThis.fetch, url: string): Promise<Buffer> {
  const abort = new AbortController()
  const late = setTimeout(
    () => abort.abort(new Error(`no answer in ${answerLimitMs / 1000} s`)),
    answerLimitMs,
  )
  const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(bodyLimitMs)])
  try {
    const response = await fetch(url, { signal })
    clearTimeout(late)
    if (!response.ok) throw new Error(`status ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  } catch (cause) {
    throw new Error(`Could not download ${url}`, { cause })
  } finally {
    clearTimeout(late)
  }
}

async function fetchOne(
  fetch: typeof globalThis.fetch,
  download: Download,
  tool: Tool,
  to: string,
): Promise<void> {
  const fileName = basename(download.url)
  const expected = publishedChecksum((await get(fetch, download.checksumUrl)).toString('utf8'), fileName)
  const content = await get(fetch, download.url)
  const found = createHash('sha256').update(content).digest('hex')
  if (found !== expected)
    throw new Error(`${download.url} has SHA-256 ${found}, but ${expected} is published: it was not used.`)
  if (download.archive === undefined) {
    writeFileSync(join(to, fileName), content)
    chmodSync(join(to, fileName), 0o755)
    return
  }
  const unpacked = join(to, '.unpacked')
  mkdirSync(unpacked)
  const tar = spawnSync('tar', ['-xz', '-C', unpacked], { input: content, stdio: ['pipe', 'ignore', 'pipe'] })
  if (tar.status !== 0) throw new Error(`tar could not unpack ${fileName}: ${tar.stderr.toString()}`)
  for (const binary of tool.binaries)
    renameSync(join(unpacked, download.archive.folder, binary), join(to, binary))
  rmSync(unpacked, { recursive: true })
}

/** Fills a folder with a tool's binaries. Throws where nothing is published, reached or right. */
export async function downloadTool(tool: Tool, to: string, fetch = globalThis.fetch): Promise<void> {
  const arch = architectures[process.arch]
  const downloads = arch === undefined ? [] : tool.downloads(arch)
  if (downloads.length === 0) throw new Error('No binaries are published for this machine.')
  for (const download of downloads) await fetchOne(fetch, download, tool, to)
}
