import { type Dispatcher, Pool } from 'undici'
import { answersRightly } from './bench.ts'
import { type StaticAnswer } from './bare-server.ts'

/** Node writes these by itself, or they differ with every answer. */
const byItself = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'x-request-id'])

/** A GET with everything that came back. */
export async function readAnswer(url: string, path: string): Promise<StaticAnswer> {
  const pool = new Pool(url)
  try {
    const { statusCode, headers, body } = await pool.request({ method: 'GET', path })
    answersRightly(statusCode === 200, `GET ${path} answered ${statusCode}.`)
    const kept = Object.entries(headers).map(([name, value]) => [name, String(value)] as const)
    return { path, headers: kept.flat(), body: await body.text() }
  } finally {
    await pool.close()
  }
}

/** The same but for what no two answers share. */
export const sameAnswer = (a: StaticAnswer, b: StaticAnswer) => told(a) === told(b)

function told({ body, headers }: StaticAnswer): string {
  const pairs = headers.flatMap((name, i) =>
    i % 2 === 0 && !byItself.has(name) ? [[name, headers[i + 1]]] : [],
  )
  return JSON.stringify([body, pairs.sort()])
}

export const withoutOwn = ({ path, body, headers }: StaticAnswer): StaticAnswer => ({
  path,
  body,
  headers: headers.filter((_, i) => {
    const name = headers[i - (i % 2)] ?? ''
    // An identifier of the same length is on the wire, though always the same.
    return name === 'x-request-id' || !byItself.has(name)
  }),
})

export interface GetClient {
  /** One GET; fails unless the status is 200 and the bytes are the expected ones. */
  get: () => Promise<void>
  close: () => Promise<void>
}

/** Without streams: the client shall not be what is measured. */
export function getClient(url: string, { path, body }: StaticAnswer, connections: number): GetClient {
  const pool = new Pool(url, { connections })
  const expected = Buffer.from(body)
  const get = () =>
    new Promise<void>((resolve, reject) => {
      let status = 0
      let [length, equal] = [0, true]
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => {},
        onResponseStart: (_controller, statusCode) => {
          status = statusCode
        },
        onResponseData: (_controller, chunk) => {
          equal &&= expected.subarray(length, length + chunk.length).equals(chunk)
          length += chunk.length
        },
        onResponseEnd: () => {
          if (status === 200 && equal && length === expected.length) resolve()
          else reject(new Error(`GET ${path} answered ${status} with other bytes.`))
        },
        onResponseError: (_controller, error) => {
          reject(error)
        },
      }
      pool.dispatch({ path, method: 'GET' }, handler)
    })
  return { get, close: () => pool.close() }
}
