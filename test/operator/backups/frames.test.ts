import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Frame, encodeFrame, greetingFrame, readFrames } from '../../../operator/src/backups/frames.ts'

const frames: Frame[] = [
  { kind: 'hello', text: '{"object":"ä"}' },
  { kind: 'data', bytes: Buffer.from('first') },
  { kind: 'data', bytes: Buffer.from('second') },
  { kind: 'manifest', text: 'a.b.c' },
  { kind: 'end' },
]
const bytes = (all: readonly Frame[]) => Buffer.concat([greetingFrame(), ...all.flatMap(encodeFrame)])

/** In pieces that begin at the given places. */
async function* pieces(whole: Buffer, cuts: readonly number[]) {
  const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
  for (const [at, from] of places.entries()) {
    await Promise.resolve()
    yield whole.subarray(from, places[at + 1])
  }
}

async function read(source: AsyncIterable<Uint8Array>) {
  const seen: Frame[] = []
  for await (const frame of readFrames(source)) {
    const last = seen.at(-1)
    // A data frame may come in pieces.
    if (frame.kind === 'data' && last?.kind === 'data') last.bytes = Buffer.concat([last.bytes, frame.bytes])
    else seen.push(frame)
  }
  return seen
}
const joined: Frame[] = [frames[0]!, { kind: 'data', bytes: Buffer.from('firstsecond') }, ...frames.slice(3)]

describe('readFrames', () => {
  it('gives what was written, in whatever pieces it comes', async () => {
    const whole = bytes(frames)
    const cuts = fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        expect(await read(pieces(whole, places))).toEqual(joined)
      }),
    )
  })

  it('sees every cut', async () => {
    const whole = bytes(frames)
    for (let length = 0; length < whole.length; length++) {
      await expect(read(pieces(whole.subarray(0, length), [])), `after ${String(length)}`).rejects.toThrow(
        expect.objectContaining({ code: 'PIPE_CUT' }),
      )
    }
  })

  it('sees a pipe that broke', async () => {
    async function* broken() {
      yield await Promise.resolve(bytes(frames).subarray(0, 20))
      throw new Error('read ECONNRESET')
    }
    await expect(read(broken())).rejects.toThrow(expect.objectContaining({ code: 'PIPE_CUT' }))
  })

  it('passes on the sentence of who failed', async () => {
    const told = Buffer.concat([
      bytes(frames.slice(0, 2)),
      ...encodeFrame({ kind: 'failed', text: 'pg_dump fell.' }),
    ])
    await expect(read(pieces(told, []))).rejects.toThrow(
      expect.objectContaining({ code: 'PEER_FAILED', message: 'pg_dump fell.' }),
    )
  })

  it.each([
    { whole: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), because: 'somebody else speaks' },
    { whole: Buffer.concat([greetingFrame(), Buffer.from([9, 0, 0, 0, 0])]), because: 'the kind is unknown' },
    {
      whole: Buffer.concat([greetingFrame(), Buffer.from([3, 255, 255, 255, 255])]),
      because: 'a manifest of 4 GiB is none',
    },
    {
      whole: Buffer.concat([greetingFrame(), Buffer.from([2, 255, 255, 255, 255])]),
      because: 'no frame is so long',
    },
    { whole: Buffer.concat([bytes(frames), Buffer.from([0])]), because: 'something comes after the end' },
  ])('refuses when $because', async ({ whole, because }) => {
    await expect(read(pieces(whole, [])), because).rejects.toThrow('Use one image for both')
  })
})

describe('encodeFrame', () => {
  it('refuses what no reader would take', () => {
    expect(() => encodeFrame({ kind: 'data', bytes: new Uint8Array(16 * 1024 * 1024 + 1) })).toThrow(
      RangeError,
    )
  })
})
