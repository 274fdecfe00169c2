import { request } from 'node:http'

export interface Service {
  /** Where the runtime listens. */
  url: string
  /** What a browser would ask for. */
  host: string
  origin: string
  signal: AbortSignal
}

export interface Answer {
  status: number
  /** Parsed; `undefined` where it is no JSON. */
  body: unknown
}

/** One answer may take so long, in milliseconds, and be so large. */
const patienceMs = 15_000
const mostBytes = 262_144

/**
 * One request to the runtime of the same pod, as its gateway would send it on. Not `fetch`, which lets nobody say another
 * host than the one it connects to.
 */
export function ask(
  { url, host, origin, signal }: Service,
  method: 'GET' | 'POST',
  path: string,
  { body, bearer }: { body?: object; bearer?: string } = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      headers: {
        host,
        origin,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
    })
    asked.once('error', reject)
    asked.once('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.once('error', reject)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > mostBytes) response.destroy(new Error('The answer is far too large.'))
        else chunks.push(chunk)
      })
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: json(Buffer.concat(chunks).toString('utf8')) }),
      )
    })
    asked.end(text)
  })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
