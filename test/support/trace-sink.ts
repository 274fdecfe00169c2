import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { type Sink } from './secret-sinks.ts'

export interface TraceSink {
  /** What makes a program send its traces here. */
  env: Record<string, string>
  sink: Sink
  close: () => Promise<void>
}

/** A collector of traces (OTLP over HTTP, in JSON) that keeps what it is sent. */
export async function traceSink(name: string): Promise<TraceSink> {
  const received: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      received.push(text)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
    sink: {
      name,
      read: () => Promise.resolve(received.map((text) => ({ text }))),
      plant: async (secret) => {
        const attributes = [{ key: 'planted', value: { stringValue: secret } }]
        await fetch(`${url}/v1/traces`, { method: 'POST', body: JSON.stringify({ attributes }) })
      },
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
