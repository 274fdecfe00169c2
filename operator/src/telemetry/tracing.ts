import { context, type Context, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api'
import { type SpanProcessor } from '@opentelemetry/sdk-trace-node'

export interface TracingConfig {
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`: a collector's base URL. Absent: no spans at all. */
  endpoint?: string
  /** `OTEL_SERVICE_NAME`. */
  serviceName?: string
  /** `OTEL_EXPORTER_OTLP_HEADERS`, parsed. */
  headers?: Record<string, string>
}

export interface Tracing {
  /** Runs `run` inside a span that is a child of the one around it. An error is marked with its code and thrown on. */
  span: <T>(name: string, attributes: Record<string, string>, run: () => Promise<T>) => Promise<T>
  /** Sends what is left. */
  close: () => Promise<void>
}

const off: Tracing = { span: (_name, _attributes, run) => run(), close: () => Promise.resolve() }

/** Traces by OTLP over HTTP where an endpoint is configured; otherwise nothing, and the SDK is not even loaded. */
export async function openTracing({ endpoint, serviceName, headers }: TracingConfig): Promise<Tracing> {
  if (endpoint === undefined || endpoint === '') return off
  const [{ BatchSpanProcessor }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const exporter = new OTLPTraceExporter({ url, ...(headers === undefined ? {} : { headers }) })
  return traceWith(new BatchSpanProcessor(exporter), serviceName)
}

/** Tracing into any processor: the exporter's, or a test's. */
export async function traceWith(processor: SpanProcessor, serviceName = 'kiavi-operator'): Promise<Tracing> {
  const [{ NodeTracerProvider }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/resources'),
  ])
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
