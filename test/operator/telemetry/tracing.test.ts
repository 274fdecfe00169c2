import { readFile } from 'node:fs/promises'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { traceWith } from '../../../operator/src/telemetry/trace-with.ts'
import { openTracing } from '../../../operator/src/telemetry/tracing.ts'
import { traceCollector } from '../../support/trace-collector.ts'

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
    const collector = await traceCollector()
    const tracing = await openTracing({ endpoint: `${collector.url}/`, headers: { 'x-key': 'k' } })
    await tracing.span('reconcile tenant', {}, () => Promise.resolve())
    await tracing.close()
    await collector.close()
    expect(collector.received).toHaveLength(1)
    const [got] = collector.received
    expect(got).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'k' } })
    expect(got?.body).toContain('reconcile tenant')
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
