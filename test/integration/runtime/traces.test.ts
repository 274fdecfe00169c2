import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../support/postgres.ts'
import { TenantClient } from '../../support/tenant-client.ts'
import { makeTenant, type TenantFixture } from '../../support/tenant-runtime.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: unknown }[]
}
interface Export {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
}

let server: PostgresServer
let tenant: TenantFixture
let collector: Server
let received = ''
let spans: Span[] = []

beforeAll(async () => {
  server = await startPostgres({ version: 15 })
  tenant = await makeTenant(server, 'k3x9q7w2ab')
  await tenant.migrate()
  collector = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      received += text
      const { resourceSpans } = JSON.parse(text) as Export
      spans = [
        ...spans,
        ...resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)),
      ]
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  collector.close()
  tenant.remove()
  await server.stop()
})

describe('traces', () => {
  it('show a sign-in as one readable trace below the gateway’s, without anything about the person', async () => {
    const runtime = await tenant.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    })
    const client = new TenantClient(tenant)
    const { passkey, body } = await client.signUp('Ada-Canary')
    const credential = await client.answer(passkey)
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await client.post(
      '/v1/passkeys/authentication/verify',
      { credential },
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    )
    await runtime.stop()
    const trace = spans.filter((span) => span.traceId === traceId)
    const root = trace.find((span) => span.parentSpanId === 'b7ad6b7169203331')
    expect(root?.name).toBe('POST /v1/passkeys/authentication/verify')
    const below = trace.filter((span) => span.parentSpanId === root?.spanId).map(({ name }) => name)
    expect(below.sort()).toEqual(['sign', 'sql findPasskey', 'sql signIn', 'verify'])
    for (const secret of ['Canary', passkey.id, body.user.id, body.refresh_token])
      expect(received).not.toContain(secret)
  })

  it('are off unless an address is given', async () => {
    const before = spans.length
    const runtime = await tenant.start()
    await new TenantClient(tenant).signUp()
    await runtime.stop()
    expect(spans).toHaveLength(before)
  })
})
