/** A proxy before an S3 server that does to a request what the test says. The Host header stays as it was signed. */
import { Agent, type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import { type AddressInfo } from 'node:net'

/** What is asked, in S3's words. */
export type Operation =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CreateMultipartUpload'
  | 'DeleteObject'
  | 'GetObject'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListMultipartUploads'
  | 'ListObjectVersions'
  | 'ListObjectsV2'
  | 'PutObject'
  | 'UploadPart'

export type Fault =
  /** The server never sees it. */
  | { do: 'answer'; status: number; code?: string; message?: string; headers?: Record<string, string> }
  /** The connection ends after so many bytes of the request's body; the server sees a cut request. */
  | { do: 'cutRequest'; after: number }
  /** The server does it; the answer never comes. */
  | { do: 'loseAnswer' }
  /** The server does it; the answer comes so much later. */
  | { do: 'delayAnswer'; ms: number }
  /** Nobody ever answers. */
  | { do: 'silence' }
  /** The connection ends after so many bytes of the answer's body. */
  | { do: 'cutAnswer'; after: number }
  /** The answer's body stops coming after so many bytes. */
  | { do: 'stallAnswer'; after: number }
  /** The answer says that it is shorter than it is, and ends there. */
  | { do: 'shortenAnswer'; to: number }
  /** One bit of the answer's body, at this place, is another one. */
  | { do: 'flipAnswer'; at: number }
  | { do: 'pass' }

export interface Seen {
  operation: Operation
  /** How often this operation was asked before, from 1. */
  time: number
  headers: IncomingMessage['headers']
  url: URL
}

export interface S3FaultProxy {
  endpoint: string
  /** Everything that was asked, in order. */
  seen: Seen[]
  /** Decides for each request from now on; forgets what was seen. */
  script(decide: (seen: Seen) => Fault | undefined): void
  close(): Promise<void>
}

function operationOf(method: string, url: URL): Operation {
  const has = (name: string) => url.searchParams.has(name)
  const inBucket = url.pathname.split('/').filter(Boolean).length > 1
  if (has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads'
  if (has('versions')) return 'ListObjectVersions'
  if (has('list-type')) return 'ListObjectsV2'
  if (method === 'HEAD') return inBucket ? 'HeadObject' : 'HeadBucket'
  if (method === 'GET') return 'GetObject'
  if (method === 'POST') return 'CompleteMultipartUpload'
  if (method === 'DELETE') return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
  return has('uploadId') ? 'UploadPart' : 'PutObject'
}

const errorBody = (code: string, message: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`

export async function startS3FaultProxy(target: string): Promise<S3FaultProxy> {
  const agent = new Agent({ keepAlive: true })
  const { hostname, port } = new URL(target)
  let decide: (seen: Seen) => Fault | undefined = () => undefined
  const seen: Seen[] = []

  const forward = (client: IncomingMessage) =>
    request({ agent, hostname, port, method: client.method, path: client.url, headers: client.headers })

  const pass = (
    client: IncomingMessage,
    response: ServerResponse,
    answered: (answer: IncomingMessage) => void,
  ) => {
    const upstream = forward(client)
    upstream.on('error', () => response.destroy())
    upstream.once('response', answered)
    client.pipe(upstream)
    return upstream
  }

  const passHead = (answer: IncomingMessage, response: ServerResponse, more = {}) =>
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...more })

  /** The first bytes of an answer; then what the fault does. */
  const passSome = (answer: IncomingMessage, response: ServerResponse, most: number, then: () => void) => {
    let left = most
    if (left === 0) {
      response.flushHeaders()
      setImmediate(then)
    }
    answer.on('data', (chunk: Buffer) => {
      if (left <= 0) return
      const some = chunk.subarray(0, left)
      left -= some.length
      response.write(some, () => {
        if (left === 0) then()
      })
    })
  }

  const handle = (client: IncomingMessage, response: ServerResponse) => {
    const url = new URL(client.url ?? '/', target)
    const operation = operationOf(client.method ?? 'GET', url)
    const time = 1 + seen.filter((each) => each.operation === operation).length
    const one = { operation, time, headers: client.headers, url }
    seen.push(one)
    const fault = decide(one) ?? { do: 'pass' }
    switch (fault.do) {
      case 'pass':
        pass(client, response, (answer) => answer.pipe(passHead(answer, response)))
        break
      case 'answer': {
        const { status, code = '', message = 'injected by the test', headers } = fault
        client.resume().once('end', () => {
          response.writeHead(status, { 'content-type': 'application/xml', ...headers })
          response.end(client.method === 'HEAD' || code === '' ? undefined : errorBody(code, message))
        })
        break
      }
      case 'cutRequest': {
        const upstream = forward(client)
        upstream.on('error', () => {})
        let left = fault.after
        client.on('data', (chunk: Buffer) => {
          if (left <= 0) return
          upstream.write(chunk.subarray(0, left))
          left -= chunk.length
          if (left > 0) return
          upstream.destroy()
          response.destroy()
        })
        break
      }
      case 'loseAnswer':
        pass(client, response, (answer) => answer.resume().once('end', () => response.destroy()))
        break
      case 'delayAnswer':
        pass(client, response, (answer) => {
          setTimeout(() => answer.pipe(passHead(answer, response)), fault.ms)
        })
        break
      case 'silence':
        client.resume()
        break
      case 'cutAnswer':
        pass(client, response, (answer) => {
          passHead(answer, response)
          passSome(answer, response, fault.after, () => response.destroy())
        })
        break
      case 'stallAnswer':
        pass(client, response, (answer) => {
          passHead(answer, response)
          passSome(answer, response, fault.after, () => {})
        })
        break
      case 'shortenAnswer':
        pass(client, response, (answer) => {
          passHead(answer, response, { 'content-length': fault.to })
          passSome(answer, response, fault.to, () => response.end())
        })
        break
      case 'flipAnswer':
        pass(client, response, (answer) => {
          passHead(answer, response)
          let at = 0
          answer.on('data', (chunk: Buffer) => {
            const place = fault.at - at
            if (place >= 0 && place < chunk.length) chunk[place] = chunk[place]! ^ 1
            at += chunk.length
            response.write(chunk)
          })
          answer.once('end', () => response.end())
        })
    }
  }

  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script: (next) => {
      seen.length = 0
      decide = next
    },
    close: async () => {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
