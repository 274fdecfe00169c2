/**
 * A proxy before PostgreSQL, with a certificate of its own for the same name. Connections of the operator are read
 * message by message (sql-session.ts); those of tenants' pods and migrations pass through untouched.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { TLSSocket, connect as connectTLS, createSecureContext } from 'node:tls'
import { type FaultInjector } from './faults.ts'
import {
  type Frame,
  FrameReader,
  cancelRequestCode,
  gssRequestCode,
  sslRequestCode,
  startupParameters,
} from './sql-frames.ts'
import { SqlSession } from './sql-session.ts'

export interface SqlProxyOptions {
  /** The real server; `ca` (PEM) where it speaks TLS. */
  server: { host: string; port: number; ca: string | undefined }
  /** The proxy's own certificate and key, PEM. Absent: it speaks no TLS. */
  identity?: { cert: string; key: string }
  injector: FaultInjector
  /** Told by the parameters of the startup message: is this a connection of the operator? */
  isOperator: (startup: Record<string, string>) => boolean
  host?: string
}

export interface SqlProxy {
  host: string
  port: number
  close(): Promise<void>
}

/** Waits for one message without a type byte. What follows it stays on the socket. */
const firstFrame = (socket: Socket) =>
  new Promise<{ frame: Frame; rest: Buffer }>((resolve, reject) => {
    const reader = new FrameReader()
    const listen = (chunk: Buffer) => {
      reader.push(chunk)
      const frame = reader.nextUntyped()
      if (frame === undefined) return
      socket.off('data', listen).off('close', fail)
      socket.pause()
      resolve({ frame, rest: reader.rest() })
    }
    const fail = () => reject(new Error('The client left before it said who it is.'))
    socket.on('data', listen).once('close', fail)
    socket.resume()
  })

/** TLS and GSS are asked for before the startup message. */
async function greet(raw: Socket, identity: SqlProxyOptions['identity']) {
  let socket = raw
  for (;;) {
    const { frame, rest } = await firstFrame(socket)
    const code = frame.bytes.readInt32BE(4)
    if (code === sslRequestCode && identity !== undefined) {
      socket.write('S')
      socket = new TLSSocket(raw, { isServer: true, secureContext: createSecureContext(identity) })
      socket.on('error', () => raw.destroy())
    } else if (code === sslRequestCode || code === gssRequestCode) socket.write('N')
    else return { socket, startup: frame, rest, cancels: code === cancelRequestCode }
  }
}

const connected = (socket: Socket, event: 'connect' | 'secureConnect') =>
  new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once(event, () => {
      socket.off('error', reject)
      resolve()
    })
  })

async function reach(server: SqlProxyOptions['server']): Promise<Socket> {
  const plain = connect(server.port, server.host)
  // A server that is halted between two steps resets a socket that nobody listens to yet.
  plain.on('error', () => plain.destroy())
  await connected(plain, 'connect')
  plain.setNoDelay(true)
  if (server.ca === undefined) return plain
  const request = Buffer.alloc(8)
  request.writeInt32BE(8, 0)
  request.writeInt32BE(sslRequestCode, 4)
  plain.write(request)
  const answer = await new Promise<string>((resolve, reject) => {
    plain.once('data', (chunk) => resolve(chunk.toString('latin1', 0, 1)))
    plain.once('close', () => reject(new Error('PostgreSQL closed the connection.')))
  })
  if (answer !== 'S') throw new Error('PostgreSQL does not speak TLS, and the proxy was told that it does.')
  const secured = connectTLS({ socket: plain, ca: server.ca, host: server.host })
  secured.on('error', () => secured.destroy())
  await connected(secured, 'secureConnect')
  return secured
}

export async function startSqlProxy(options: SqlProxyOptions): Promise<SqlProxy> {
  const { injector, host = '127.0.0.1' } = options
  const sockets = new Set<Socket>()
  const sessions = new Set<SqlSession>()

  const serve = async (raw: Socket) => {
    const { socket: client, startup, rest, cancels } = await greet(raw, options.identity)
    const server = await reach(options.server)
    sockets.add(server)
    server.once('close', () => sockets.delete(server))
    server.write(startup.bytes)
    if (!cancels && options.isOperator(startupParameters(startup.bytes))) {
      const session = new SqlSession(client, server, injector, rest)
      sessions.add(session)
      server.once('close', () => sessions.delete(session))
      client.resume()
      return
    }
    const end = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).once('close', end)
    if (rest.length > 0) server.write(rest)
    client.pipe(server)
    server.pipe(client)
  }

  const listener = createServer({ noDelay: true }, (raw) => {
    sockets.add(raw)
    raw.once('close', () => sockets.delete(raw))
    raw.on('error', () => raw.destroy())
    serve(raw).catch(() => raw.destroy())
  })
  injector.onKill(() => {
    for (const session of sessions) session.end()
  })
  await new Promise<void>((resolve) => listener.listen(0, host, resolve))
  return {
    host,
    port: (listener.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
