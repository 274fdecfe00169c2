import { once } from 'node:events'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { eventually } from './eventually.ts'
import { type Sink } from './secret-sinks.ts'

export interface TraceCollector {
  url: string
  /** What makes a program send its traces here. */
  env: Record<string, string>
  /** What was sent, the oldest first. */
  received: readonly { path: string; headers: IncomingHttpHeaders; body: string }[]
  /** The same, as a place where a secret could turn up. */
  sink: (name: string) => Sink
  close: () => Promise<void>
}

/** A collector of traces (OTLP over HTTP, in JSON) that keeps what it is sent. */
export async function traceCollector(): Promise<TraceCollector> {
  const received: TraceCollector['received'][number][] = []
  const server = createServer((request, response) => {
    const { url: path = '', headers } = request
    void text(request).then((body) => {
      received.push({ path, headers, body })
      response.setHeader('content-type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...{ url, received, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } },
    sink: (name) => ({
      name,
      read: async () => {
        // Spans leave a program in batches, seconds after they ended.
        await eventually(`A batch of ${name}`, () => Promise.resolve(received.length > 0))
        return received.map(({ body }) => ({ text: body }))
      },
      plant: async (secret) => {
        const attributes = [{ key: 'planted', value: { stringValue: secret } }]
        await fetch(`${url}/v1/traces`, { method: 'POST', body: JSON.stringify({ attributes }) })
      },
    }),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
