import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, type Socket } from 'node:net'
import { createAuthority, type KeyPair } from '../cluster/pki.ts'

/** One request as the server saw it. */
export interface Seen {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
  at: number
}

export type Answer = (response: ServerResponse, seen: Seen) => void | Promise<void>

/**
 * An API server that does what a test tells it, over real TLS: each request takes the next line of the script,
 * or the standing answer when the script is at its end.
 */
export class ScriptedAPIServer {
  readonly seen: Seen[] = []
  /** TCP connections that were accepted, ever. */
  connections = 0
  readonly ca: string
  readonly clientCertificate: KeyPair
  /** The common name of the client certificate that each request came with. */
  readonly clients: (string | undefined)[] = []
  readonly #script: Answer[] = []
  #standing: Answer = status(404, 'NotFound')
  readonly #server
  readonly #sockets = new Set<Socket>()

  private constructor(ca: string, own: KeyPair, client: KeyPair) {
    this.ca = ca
    this.clientCertificate = client
    this.#server = createServer(
      { ...own, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => void this.#answer(request, response),
    )
    this.#server.on('connection', (socket: Socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(): Promise<ScriptedAPIServer> {
    const authority = await createAuthority('scripted authority')
    const own = await authority.issue({ commonName: 'scripted', ips: ['127.0.0.1'], usage: 'server' })
    const client = await authority.issue({ commonName: 'operator', usage: 'client' })
    const server = new ScriptedAPIServer(authority.cert, own, client)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lines for the next requests, in this order. */
  next(...answers: Answer[]): this {
    this.#script.push(...answers)
    return this
  }

  /** What every request gets for which the script has no line. */
  always(answer: Answer): this {
    this.#standing = answer
    return this
  }

  /** The queries of all requests with this method and path prefix. */
  requests(method: string, pathPrefix = ''): Seen[] {
    return this.seen.filter((seen) => seen.method === method && seen.path.startsWith(pathPrefix))
  }

  /** Cuts every connection as a dying network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', this.url)
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      at: performance.now(),
    }
    this.seen.push(seen)
    const peer = (
      request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } }
    ).getPeerCertificate()
    this.clients.push(peer.subject?.CN)
    response.on('error', () => {})
    await (this.#script.shift() ?? this.#standing)(response, seen)
  }
}

/** A JSON answer. */
export const json =
  (body: unknown, code = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

/** A `Status` answer, as the API server says no. */
export const status = (
  code: number,
  reason: string,
  more: { message?: string; details?: object; headers?: Record<string, string> } = {},
): Answer =>
  json(
    {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason,
      code,
      message: more.message ?? reason,
      details: more.details,
    },
    code,
    more.headers,
  )

/** A list of one page. */
export const list = (items: object[], resourceVersion: string, more: { continue?: string } = {}): Answer =>
  json({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion, ...more }, items })

/** Never answers. */
export const silence: Answer = () => {}

/** Cuts the connection without an answer. */
export const reset: Answer = (response) => {
  response.socket?.destroy()
}

/** A watch: the events are sent one by one, then the stream stays open, ends, or is cut. */
export const watch =
  (events: object[], then: 'open' | 'end' | 'cut' = 'open'): Answer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const event of events) response.write(`${JSON.stringify(event)}\n`)
    if (then === 'end') response.end()
    if (then === 'cut') {
      await new Promise((resolve) => setTimeout(resolve, 20))
      response.socket?.destroy()
    }
  }

/** A watch of raw text, so that lines can be broken. */
export const rawWatch =
  (text: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(text)
  }
