import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { feed, feedAll } from '../../../operator/src/jobs/feed.ts'
import { startTool } from '../../../operator/src/jobs/start-tool.ts'

const chunk = Buffer.alloc(65_536, 'x')
/** Counts what was taken from it. */
function source(chunks: number) {
  const taken = { chunks: 0 }
  async function* give() {
    for (; taken.chunks < chunks; taken.chunks += 1) yield await Promise.resolve(chunk)
  }
  return { taken, stream: give() }
}
const tool = (path: string, ...args: string[]) =>
  startTool({ name: path, path, args, signal: AbortSignal.timeout(30_000) })

describe('feed', () => {
  it('gives a program all of it, however slowly it reads', async () => {
    const { stdin, stdout, done } = tool('/bin/cat')
    const { stream } = source(100)
    let bytes = 0
    const reading = (async () => {
      for await (const read of stdout as AsyncIterable<Buffer>) bytes += read.length
    })()
    expect(await feed(stream, stdin)).toBe(true)
    await Promise.all([done, reading])
    expect(bytes).toBe(100 * chunk.length)
  })

  it('reads the rest where the program has seen enough, and says so', async () => {
    const { stdin, stdout, done } = tool('/usr/bin/head', '-c', '1')
    stdout.resume()
    const { stream, taken } = source(100)
    expect(await feed(stream, stdin)).toBe(false)
    expect(taken.chunks).toBe(100)
    await done
  })

  it('takes no harm from one that is torn down the moment it has read the end', async () => {
    // What Node does to the input of a program that exits.
    const gone = new Writable({
      write: (_chunk, _encoding, written) => written(),
      final() {
        this.destroy()
      },
    })
    expect(await feed(source(1).stream, gone)).toBe(true)
  })
})

describe('feedAll', () => {
  it('fails where the program went before the end', async () => {
    const { stdin, stdout } = tool('/usr/bin/head', '-c', '1')
    stdout.resume()
    await expect(feedAll(source(100).stream, stdin, 'head')).rejects.toMatchObject({ code: 'TOOL_FAILED' })
  })
})
