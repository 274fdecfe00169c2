/**
 * What goes through the pipe between a Job's two containers. A greeting; then frames: one byte for the kind, four for
 * the length (big-endian), the content. Only the frame `end` ends it: a pipe that ends before was cut.
 *
 * A backup: hello, data ..., manifest, end. A restore: hello, manifest, data ..., end. At any place: failed, and the
 * sentence of who failed.
 */
import { JobError } from './errors.ts'

export type Frame =
  | { kind: 'hello'; text: string }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'manifest'; text: string }
  | { kind: 'end' }

const greeting = Buffer.from('kiavi-bundle/1\n')
const kinds = { hello: 1, data: 2, manifest: 3, end: 4, failed: 5 } as const
const headBytes = 5
const mostData = 16 * 1024 * 1024
const mostText = 4 * 1024 * 1024

export const greetingFrame = (): Uint8Array => greeting

/** The bytes of a frame; data in two pieces, so that nothing is copied. */
export function encodeFrame(frame: Frame | { kind: 'failed'; text: string }): Uint8Array[] {
  const content =
    frame.kind === 'data' ? frame.bytes : frame.kind === 'end' ? Buffer.alloc(0) : Buffer.from(frame.text)
  const most = frame.kind === 'data' ? mostData : mostText
  if (content.length > most) throw new RangeError(`A frame holds at most ${String(most)} bytes.`)
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(kinds[frame.kind], 0)
  head.writeUInt32BE(content.length, 1)
  return content.length === 0 ? [head] : [head, content]
}

/** The frames of a pipe, the last one being `end`: ask once more, so that the pipe is closed. A data frame may come in several pieces. */
export async function* readFrames(pipe: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void, undefined> {
  const reader = byteReader(pipe)
  try {
    if (!greeting.equals(await reader.exactly(greeting.length))) throw strange()
    for (;;) {
      const head = await reader.exactly(headBytes)
      const kind = head.readUInt8(0)
      const length = head.readUInt32BE(1)
      if (kind === kinds.data) {
        if (length > mostData) throw strange()
        for (let left = length; left > 0;) {
          const bytes = await reader.upTo(left)
          left -= bytes.length
          yield { kind: 'data', bytes }
        }
        continue
      }
      if (length > mostText) throw strange()
      const text = (await reader.exactly(length)).toString('utf8')
      if (kind === kinds.end) {
        yield { kind: 'end' }
        // The writer closes first: so it knows that all was taken.
        if (!(await reader.atEnd())) throw strange()
        return
      }
      if (kind === kinds.failed) throw new JobError('PEER_FAILED', text)
      if (kind === kinds.hello) yield { kind: 'hello', text }
      else if (kind === kinds.manifest) yield { kind: 'manifest', text }
      else throw strange()
    }
  } finally {
    await reader.close()
  }
}

function byteReader(pipe: AsyncIterable<Uint8Array>) {
  const source = pipe[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const upTo = async (most: number): Promise<Buffer> => {
    while (rest.length === 0) {
      const next = await source.next().catch((cause: unknown) => {
        throw cut(cause)
      })
      if (next.done === true) throw cut()
      const { buffer, byteOffset, byteLength } = next.value
      rest = Buffer.from(buffer, byteOffset, byteLength)
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.length)
    return taken
  }
  const exactly = async (length: number): Promise<Buffer> => {
    const pieces: Buffer[] = []
    for (let left = length; left > 0;) {
      const piece = await upTo(left)
      left -= piece.length
      pieces.push(piece)
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
  }
  const atEnd = async () => {
    while (rest.length === 0) {
      // Who went after the end has nothing more to say.
      const next = await source.next().catch(() => undefined)
      if (next === undefined || next.done === true) return true
      rest = Buffer.from(next.value)
    }
    return false
  }
  const close = async () => {
    await source.return?.()
  }
  return { upTo, exactly, atEnd, close }
}

const cut = (cause?: unknown) =>
  new JobError(
    'PIPE_CUT',
    'The other container of this Job went before it was done. Its own log says why; the next run begins anew.',
    { cause },
  )

const strange = () =>
  new JobError(
    'PIPE_CUT',
    'What came through the pipe is not what the other container of this Job writes. Use one image for both.',
  )
