import { type Server, type Socket, createServer, connect } from 'node:net'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { JobError } from '../backups/errors.ts'

/**
 * The pipe between a Job's two containers: a Unix socket in a volume that both mount. Not a FIFO: a process that opens
 * one and whose peer never comes cannot even exit.
 */
export interface PeerOptions {
  path: string
  signal: AbortSignal
  /** How long to wait for the other container to be there, in milliseconds. */
  waitMs: number
}

/** Waits for the other container to come; it is the only one that may. */
export async function awaitPeer({ path, signal, waitMs }: PeerOptions): Promise<Socket> {
  await rm(path, { force: true })
  const patience = patient(signal, waitMs)
  const server = createServer()
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const giveUp = () => reject(late(signal, waitMs))
      // It may have ended while the old socket was removed.
      if (patience.aborted) giveUp()
      patience.addEventListener('abort', giveUp, { once: true })
      server.once('error', reject)
      server.once('connection', (socket) => resolve(watched(socket)))
      server.listen(path)
    })
  } finally {
    close(server)
  }
}

/** Goes to the other container, however long it takes to be there. */
export async function goToPeer({ path, signal, waitMs }: PeerOptions): Promise<Socket> {
  const patience = patient(signal, waitMs)
  for (;;) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(path)
        socket.once('error', reject)
        socket.once('connect', () => {
          socket.off('error', reject)
          resolve(watched(socket))
        })
      })
    } catch {
      if (patience.aborted) throw late(signal, waitMs)
      await sleep(50)
    }
  }
}

const patient = (signal: AbortSignal, waitMs: number) =>
  AbortSignal.any([signal, AbortSignal.timeout(waitMs)])

/** A peer that went is noticed by who reads or writes next, not as an uncaught event. */
function watched(socket: Socket): Socket {
  socket.on('error', () => {})
  return socket
}

function close(server: Server): void {
  server.close()
}

function late(signal: AbortSignal, waitMs: number): Error {
  if (signal.aborted) return signal.reason as Error
  return new JobError(
    'PIPE_CUT',
    `The other container of this Job was not there after ${String(Math.round(waitMs / 1000))} s. Its own log or state says why.`,
  )
}
