/**
 * A proxy before the API server. It ends the operator's TLS, numbers what writes, does to it what the script says and
 * passes everything else on as it is, watches included. The caller's own token goes to the real server, so that its
 * rights are the operator's.
 */
import { createServer, request as httpsRequest, Agent } from 'node:https'
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Effect } from './effect-ledger.ts'
import { type Fault, type FaultInjector } from './faults.ts'
import { kubeRequest } from './kube-request.ts'
import { recoveryNotes } from './recovery-notes.ts'

export interface FaultProxyOptions {
  /** The real server, with the CA (PEM) that signed its certificate. */
  server: { url: string; ca: string }
  /** The proxy's own certificate and key, PEM, for the address that it listens on. */
  identity: { cert: string; key: string }
  injector: FaultInjector
  /** 127.0.0.1 unless given. */
  host?: string
  /** Told of each write that the server answered, in the order of the answers. */
  answered?: (write: AnsweredWrite) => void
}

export interface AnsweredWrite {
  method: string
  /** With its query. */
  path: string
  contentType: string | undefined
  body: Buffer
  status: number
  answer: Buffer
}

export interface FaultProxy {
  url: string
  /** Closes every open connection: what a restart of the API server looks like. */
  disconnectAll(): void
  close(): Promise<void>
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** These belong to one connection, not to the message. */
const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host']
const endToEnd = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)))

const whole = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The words of a Kubernetes error body. */
const reasons = { 409: 'Conflict', 429: 'TooManyRequests', 500: 'InternalError', 503: 'ServiceUnavailable' }

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { injector, host = '127.0.0.1' } = options
  const agent = new Agent({ keepAlive: true, ca: options.server.ca })
  const sockets = new Set<Socket>()

  const open = (client: IncomingMessage) =>
    httpsRequest(new URL(client.url ?? '/', options.server.url), {
      agent,
      method: client.method,
      headers: endToEnd(client.headers),
    })

  /** Everything that writes nothing: streamed both ways, for as long as it lasts. */
  const pass = (client: IncomingMessage, response: ServerResponse) => {
    const upstream = open(client)
    upstream.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers))
      response.flushHeaders()
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    upstream.on('error', () => response.destroy())
    response.once('close', () => upstream.destroy())
    client.pipe(upstream)
  }

  const send = (client: IncomingMessage, body: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const upstream = open(client)
      upstream.on('error', reject)
      upstream.once('response', (answer) => {
        whole(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: text }),
          reject,
        )
      })
      upstream.end(body)
    })

  const reply = (response: ServerResponse, answer: Answer) => {
    response.writeHead(answer.status, endToEnd(answer.headers))
    response.end(answer.body)
  }

  /** Half of the answer, then the end of the connection. */
  const replyHalf = (response: ServerResponse, answer: Answer) => {
    response.writeHead(answer.status, { ...endToEnd(answer.headers), 'content-length': answer.body.length })
    response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy())
  }

  const refuse = (response: ServerResponse, fault: Fault & { do: 'answer' }) => {
    const { status, retryAfterSeconds } = fault
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    })
    const message = 'injected by the test'
    response.end(
      JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message,
        reason: reasons[status],
        code: status,
      }),
    )
  }

  const write = async (client: IncomingMessage, response: ServerResponse, effect: Effect, body: Buffer) => {
    const fault = injector.faultFor(effect)
    const unsent = () => injector.ledger.settle(effect, 'unsent')
    const forward = async () => {
      const answer = await send(client, body)
      injector.ledger.settle(effect, answer.status)
      options.answered?.({
        method: client.method ?? 'GET',
        path: client.url ?? '/',
        contentType: client.headers['content-type'],
        body,
        status: answer.status,
        answer: answer.body,
      })
      return answer
    }
    switch (fault?.do) {
      case undefined:
        reply(response, await forward())
        break
      case 'kill':
        if (fault.when === 'before') unsent()
        else await forward()
        await injector.kill()
        response.destroy()
        break
      case 'drop':
        unsent()
        response.destroy()
        break
      case 'delay': {
        if (fault.when === 'before') await sleep(fault.milliseconds)
        const answer = await forward()
        if (fault.when === 'after') await sleep(fault.milliseconds)
        reply(response, answer)
        break
      }
      case 'cut':
        replyHalf(response, await forward())
        break
      case 'answer':
        unsent()
        refuse(response, fault)
    }
  }

  const isRecoveryNote = recoveryNotes()
  const handle = async (client: IncomingMessage, response: ServerResponse) => {
    const method = client.method ?? 'GET'
    const type = client.headers['content-type']
    if (kubeRequest(method, client.url ?? '/', type).lane === undefined) {
      pass(client, response)
      return
    }
    const body = await whole(client)
    // The wire of a dying process: what had not arrived when it was killed never does.
    if (injector.killing || client.socket.destroyed) {
      response.destroy()
      return
    }
    const { lane = 'write', name } = kubeRequest(method, client.url ?? '/', type, body)
    const counted = lane === 'sweep' && injector.sweepsAreWrites ? 'write' : lane
    const effect = injector.ledger.begin(isRecoveryNote(name, body) ? 'event' : counted, name)
    await write(client, response, effect, body)
  }

  const server = createServer(options.identity, (client, response) => {
    handle(client, response).catch(() => response.destroy())
  })
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  const disconnectAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  injector.onKill(disconnectAll)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    disconnectAll,
    close: async () => {
      disconnectAll()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
