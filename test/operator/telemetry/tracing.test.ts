import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { traceWith } from '../../../operator/src/telemetry/trace-with.ts'
import { openTracing } from '../../../operator/src/telemetry/tracing.ts'

describe('traceWith', () => {
  it('delivers spans: parents, attributes and errors (an API newer than the SDK drops all of them)', async () => {
    const exporter = new InMemorySpanExporter()
    const { span } = traceWith(new SimpleSpanProcessor(exporter))
    const outcome = await span('reconcile tenant', { 'kiavi.tenant': 'customers/acme' }, async () => {
      await span('apply Deployment', {}, () => Promise.resolve())
      await span('get Secret', {}, () =>
        Promise.reject(Object.assign(new Error('no'), { code: 'KUBE_FORBIDDEN' })),
      ).catch(() => {})
      return 'done'
    })
    expect(outcome).toBe('done')
    const spans = exporter.getFinishedSpans()
    expect(spans.map(({ name }) => name)).toEqual(['apply Deployment', 'get Secret', 'reconcile tenant'])
    const [apply, get, reconcile] = spans
    expect(reconcile!.attributes).toEqual({ 'kiavi.tenant': 'customers/acme' })
    expect(reconcile!.resource.attributes['service.name']).toBe('kiavi-operator')
    expect(apply!.parentSpanContext?.spanId).toBe(reconcile!.spanContext().spanId)
    expect(get!.status.code).toBe(2)
    expect(get!.attributes).toEqual({ 'error.type': 'KUBE_FORBIDDEN' })
  })
})

describe('openTracing', () => {
  it('sends OTLP to the configured endpoint', async () => {
    const got: { url: string | undefined; key: unknown; body: string }[] = []
    const collector = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        got.push({ url: request.url, key: request.headers['x-key'], body })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      })
    }).listen(0, '127.0.0.1')
    await once(collector, 'listening')
    const { port } = collector.address() as AddressInfo
    const tracing = await openTracing({ endpoint: `http://127.0.0.1:${port}/`, headers: { 'x-key': 'k' } })
    await tracing.span('reconcile tenant', {}, () => Promise.resolve())
    await tracing.close()
    collector.close()
    expect(got).toHaveLength(1)
    expect(got[0]).toMatchObject({ url: '/v1/traces', key: 'k' })
    expect(got[0]!.body).toContain('reconcile tenant')
  })

  it('does nothing without an endpoint, and passes results and errors on', async () => {
    const tracing = await openTracing({})
    expect(await tracing.span('x', {}, () => Promise.resolve(7))).toBe(7)
    await expect(tracing.span('x', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await tracing.close()
  })

  it('keeps the API on 1.9: with 1.10 this SDK drops every span and says nothing', async () => {
    const url = new URL('../../../operator/package.json', import.meta.url)
    const { dependencies } = JSON.parse(await readFile(url, 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(dependencies['@opentelemetry/api']).toMatch(/^1\.9\.\d+$/)
  })
})
