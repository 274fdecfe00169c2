import { type Tracing } from './port.ts'

export interface TracingConfig {
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`: a collector's base URL. Absent: no spans at all. */
  endpoint?: string
  /** `OTEL_SERVICE_NAME`. */
  serviceName?: string
  /** `OTEL_EXPORTER_OTLP_HEADERS`, parsed. */
  headers?: Record<string, string>
}

const off: Tracing = { span: (_name, _attributes, run) => run(), close: () => Promise.resolve() }

/** Traces by OTLP over HTTP where an endpoint is configured; otherwise nothing, and the SDK is not even loaded. */
export async function openTracing({ endpoint, serviceName, headers }: TracingConfig): Promise<Tracing> {
  if (endpoint === undefined || endpoint === '') return off
  // A module of ours: of a CommonJS package that is imported on demand, the bundle has no names.
  const { exporterTo, traceWith } = await import('./trace-with.ts')
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  return traceWith(exporterTo(url, headers), serviceName)
}
