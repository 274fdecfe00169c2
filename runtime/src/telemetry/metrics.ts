import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface RequestFacts {
  method: string
  /** The route's pattern, never the address that was asked for. */
  route: string
  status: number
  seconds: number
}

export interface Metrics {
  contentType: string
  text: () => Promise<string>
  request: (facts: RequestFacts) => void
  attempt: (method: 'passkey' | 'refresh_token', result: 'success' | 'failure') => void
  signIn: (seconds: number) => void
  keySetLoaded: (keySet: { version: number; activeKid: string }) => void
  keySetRefused: () => void
  databaseConnectionLost: () => void
}

/** What Prometheus may ask. No label names a person, a tenant or an address. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its response.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const attempts = new Counter({
    name: 'kiavi_auth_attempts_total',
    help: 'Authentication attempts by method and result.',
    labelNames: ['method', 'result'],
    registers,
  })
  const signIns = new Histogram({
    name: 'kiavi_sign_in_duration_seconds',
    help: 'Time of a successful passkey sign-in: verification, database and signature.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const keySets = new Counter({
    name: 'kiavi_key_set_reads_total',
    help: 'Changed signing keys that were taken into use, or refused.',
    labelNames: ['result'],
    registers,
  })
  const keySetVersion = new Gauge({
    name: 'kiavi_key_set_version',
    help: 'Version of the key set in use; 0 while there is none.',
    registers,
  })
  const signingKey = new Gauge({
    name: 'kiavi_signing_key_info',
    help: 'Which key signs.',
    labelNames: ['kid'],
    registers,
  })
  const lost = new Counter({
    name: 'kiavi_database_connections_lost_total',
    help: 'Idle database connections that the server ended.',
    registers,
  })
  new Gauge({ name: 'kiavi_build_info', help: 'Which build this is.', labelNames: ['version'], registers })
    .labels(version)
    .set(1)
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.set((user + system) / 1e6)
    },
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request: ({ route, method, status, seconds }) =>
      requests.labels(route, method, String(status)).observe(seconds),
    attempt: (method, result) => attempts.labels(method, result).inc(),
    signIn: (seconds) => signIns.observe(seconds),
    keySetLoaded: ({ version: loaded, activeKid }) => {
      keySets.labels('loaded').inc()
      keySetVersion.set(loaded)
      signingKey.reset()
      signingKey.labels(activeKid).set(1)
    },
    keySetRefused: () => keySets.labels('refused').inc(),
    databaseConnectionLost: () => lost.inc(),
  }
}
