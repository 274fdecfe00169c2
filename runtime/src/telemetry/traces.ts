import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api'

const tracer = () => trace.getTracer('kiavi-runtime')

/** Runs a piece of work as a span below the current one. Free when no exporter is configured. */
export function span<T>(name: string, run: () => Promise<T>): Promise<T>
export function span<T>(name: string, run: () => T): T
export function span<T>(name: string, run: () => T | Promise<T>): T | Promise<T> {
  return tracer().startActiveSpan(name, (active) => {
    let result: T | Promise<T>
    try {
      result = run()
    } catch (error) {
      fail(active)
      throw error
    }
    if (!(result instanceof Promise)) {
      active.end()
      return result
    }
    return result.then(
      (value) => {
        active.end()
        return value
      },
      (error: unknown) => {
        fail(active)
        throw error
      },
    )
  })
}

/** No message and no exception event: an error's words may hold what a trace must not. */
function fail(active: Span): void {
  active.setStatus({ code: SpanStatusCode.ERROR })
  active.end()
}

export interface RequestSpan {
  context: Context
  end: (route: string, status: number) => void
}

/** The span of a whole request; continues the trace that the gateway began. None when no exporter is configured. */
export function requestSpan(method: string, headers: Record<string, unknown>): RequestSpan | undefined {
  const parent = propagation.extract(context.active(), headers)
  const active = tracer().startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
    parent,
  )
  if (!trace.isSpanContextValid(active.spanContext())) return undefined
  return {
    context: trace.setSpan(parent, active),
    end: (route, status) => {
      active.updateName(`${method} ${route}`)
      active.setAttributes({ 'http.route': route, 'http.response.status_code': status })
      if (status >= 500) active.setStatus({ code: SpanStatusCode.ERROR })
      active.end()
    },
  }
}

export const inSpan = (request: RequestSpan, run: () => void): void => context.with(request.context, run)

/**
 * Turns traces on where the standard OpenTelemetry variables ask for it, and gives the function that sends the
 * last of them. The exporter is loaded only then.
 */
export async function startTracing(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<() => Promise<void>> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!endpoint || env['OTEL_SDK_DISABLED'] === 'true') return () => Promise.resolve()
  const { startExporter } = await import('./otlp.ts')
  return startExporter(env['OTEL_SERVICE_NAME'] ?? 'kiavi-runtime', version)
}
