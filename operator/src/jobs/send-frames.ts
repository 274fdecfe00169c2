import { once } from 'node:events'
import { type Socket } from 'node:net'
import { JobError } from '../backups/errors.ts'
import { type Frame, encodeFrame, greetingFrame } from '../backups/frames.ts'

/** The writing end of the pipe between two containers. */
export interface FrameSender {
  /** Resolves when there is room for more. */
  send(frame: Frame): Promise<void>
  /** Resolves when the other side has taken all of it. */
  end(): Promise<void>
  /** Tells the other side why there is no end, as far as it can still be told. */
  fail(sentence: string): Promise<void>
}

/** A side that failed waits no longer than this for the other to hear of it. */
const lastWordsMs = 5_000

export function frameSender(socket: Socket, signal: AbortSignal): FrameSender {
  const closed = new AbortController()
  socket.once('close', () => closed.abort())
  let begun = false

  const until = async (event: 'drain' | 'close', limit: AbortSignal) => {
    const ends = event === 'close' ? limit : AbortSignal.any([limit, closed.signal])
    try {
      if (event === 'drain' || !socket.closed) await once(socket, event, { signal: ends })
    } catch {
      limit.throwIfAborted()
      throw gone()
    }
  }
  const send = async (frame: Parameters<typeof encodeFrame>[0], limit = signal) => {
    if (socket.destroyed) throw gone()
    const pieces = begun ? encodeFrame(frame) : [greetingFrame(), ...encodeFrame(frame)]
    begun = true
    socket.cork()
    const room = pieces.map((piece) => socket.write(piece)).at(-1)
    socket.uncork()
    if (room === false) await until('drain', limit)
  }
  const close = async (limit: AbortSignal) => {
    socket.end()
    await until('close', limit)
    if (!socket.writableFinished) throw gone()
  }
  return {
    send,
    async end() {
      await send({ kind: 'end' })
      await close(signal)
    },
    async fail(sentence) {
      const limit = AbortSignal.timeout(lastWordsMs)
      try {
        await send({ kind: 'failed', text: sentence }, limit)
        await close(limit)
      } catch {
        socket.destroy()
      }
    },
  }
}

const gone = () =>
  new JobError(
    'PIPE_CUT',
    'The other container of this Job went before it had all. Its own log says why; the next run begins anew.',
  )
