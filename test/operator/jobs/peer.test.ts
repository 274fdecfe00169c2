import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Frame, readFrames } from '../../../operator/src/backups/frames.ts'
import { awaitPeer, goToPeer } from '../../../operator/src/jobs/peer.ts'
import { frameSender } from '../../../operator/src/jobs/send-frames.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiavi-peer-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const signal = new AbortController().signal
const at = (more: { signal?: AbortSignal; waitMs?: number } = {}) => ({
  path: join(folder, 'p.sock'),
  signal,
  waitMs: 10_000,
  ...more,
})

/** Both ends of a pipe. */
async function joined() {
  const [reader, writer] = await Promise.all([awaitPeer(at()), goToPeer(at())])
  return { reader, writer, sender: frameSender(writer, signal) }
}

describe('goToPeer', () => {
  it('comes to one that is there later, and to one whose socket is left over from before', async () => {
    const going = goToPeer(at())
    await sleep(200)
    const waiting = awaitPeer(at())
    for (const socket of await Promise.all([going, waiting])) socket.destroy()
    const again = await joined()
    again.writer.destroy()
    again.reader.destroy()
  })

  it('gives up after the time that it was given', async () => {
    await expect(goToPeer(at({ waitMs: 100 }))).rejects.toThrow('was not there after 0 s')
  })
})

describe('awaitPeer', () => {
  it('gives up after the time that it was given', async () => {
    await expect(awaitPeer(at({ waitMs: 100 }))).rejects.toThrow(
      expect.objectContaining({ code: 'PIPE_CUT' }),
    )
  })

  it('ends at once with the reason that it is told to stop for', async () => {
    const stopping = new AbortController()
    const waiting = awaitPeer(at({ signal: stopping.signal }))
    const why = new Error('told to stop')
    stopping.abort(why)
    await expect(waiting).rejects.toBe(why)
  })

  it('lets one in, and nobody after', async () => {
    const { reader, writer } = await joined()
    const late = connect(at().path)
    const error = await new Promise<Error>((resolve) => late.once('error', resolve))
    expect(error).toMatchObject({ code: expect.stringMatching(/ENOENT|ECONNREFUSED/) as string })
    writer.destroy()
    reader.destroy()
  })
})

describe('frameSender', () => {
  it('waits for a slow reader, and ends when that has all', async () => {
    const { reader, sender } = await joined()
    const bytes = Buffer.alloc(1_000_000, 7)
    let sent = 0
    const sending = (async () => {
      for (; sent < 20; sent++) await sender.send({ kind: 'data', bytes })
      await sender.end()
    })()
    await sleep(200)
    expect(sent).toBeLessThan(20)
    let read = 0
    let last: Frame | undefined
    for await (const frame of readFrames(reader)) {
      if (frame.kind === 'data') read += frame.bytes.length
      last = frame
    }
    await sending
    expect(read).toBe(20_000_000)
    expect(last).toEqual({ kind: 'end' })
  })

  it('fails when the reader goes in the midst, and tells it where it can', async () => {
    const { reader, sender } = await joined()
    const sending = (async () => {
      for (;;) await sender.send({ kind: 'data', bytes: Buffer.alloc(1_000_000) })
    })()
    const failing = expect(sending).rejects.toThrow(expect.objectContaining({ code: 'PIPE_CUT' }))
    await sleep(50)
    reader.destroy()
    await failing
    await sender.fail('nobody hears it')
  })

  it('tells the reader why there is no more', async () => {
    const { reader, sender } = await joined()
    const reading = (async () => {
      for await (const frame of readFrames(reader)) expect(frame.kind).toBe('data')
    })()
    const told = expect(reading).rejects.toThrow('pg_dump fell.')
    await sender.send({ kind: 'data', bytes: Buffer.from('x') })
    await sender.fail('pg_dump fell.')
    await told
  })
})
