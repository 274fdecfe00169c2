import { context, type Context, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node'
import { type Tracing } from './port.ts'

export const exporterTo = (url: string, headers?: Record<string, string>): SpanProcessor =>
  new BatchSpanProcessor(new OTLPTraceExporter({ url, ...(headers === undefined ? {} : { headers }) }))

/** Tracing into any processor: the exporter's, or a test's. */
export function traceWith(processor: SpanProcessor, serviceName = 'kiavi-operator'): Tracing {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [processor],
  })
  // Process-wide: the context that follows a call through its promises.
  provider.register()
  const tracer = provider.getTracer('kiavi')
  return {
    span: (name, attributes, run) => inSpan(tracer, name, attributes, run),
    close: () => provider.shutdown(),
  }
}

async function inSpan<T>(
  tracer: Tracer,
  name: string,
  attributes: Record<string, string>,
  run: () => Promise<T>,
): Promise<T> {
  const around: Context = context.active()
  const span = tracer.startSpan(name, { attributes }, around)
  try {
    return await context.with(trace.setSpan(around, span), run)
  } catch (error) {
    const { code } = error as { code?: unknown }
    span.setAttribute('error.type', typeof code === 'string' ? code : 'unknown')
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
