import { z } from 'zod'

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/, 'must be the name of a Kubernetes object')

const schema = z.object({
  KIAVI_OPERATOR_NAMESPACE: name.default('kiavi-system'),
  KIAVI_SERVICE_ACCOUNT: name.default('kiavi-operator'),
  KIAVI_TENANT_CLUSTER_ROLE: name.default('kiavi-tenant-namespace'),
  KIAVI_POD_NAME: name.default('operator'),
  KIAVI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  KIAVI_LISTEN_HOST: z.string().min(1).default('::'),
  KIAVI_LISTEN_PORT: wholeNumber(0, 65535).default(9464),
  KIAVI_LEADER_ELECTION: z.enum(['true', 'false']).default('true'),
  KIAVI_RESYNC_SECONDS: wholeNumber(5, 86_400).default(600),
  KIAVI_SWEEP_SECONDS: wholeNumber(1, 3_600).default(45),
  KIAVI_CONCURRENCY: wholeNumber(1, 64).default(8),
  KIAVI_JOBS_IMAGE: z.string().regex(/^\S+$/, 'must be an image').default('kiavi/backup:dev'),
  KIAVI_JOBS_PULL_POLICY: z.enum(['IfNotPresent', 'Always', 'Never']).default('IfNotPresent'),
  KIAVI_JOBS_MEMORY: z
    .string()
    .regex(/^[1-9][0-9]*(Mi|Gi|M|G)$/, 'must be a quantity such as 512Mi')
    .default('512Mi'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_SERVICE_NAME: z.string().min(1).max(200).default('kiavi-operator'),
})

export interface Config {
  operator: { namespace: string; serviceAccount: string; tenantClusterRole: string }
  podName: string
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  listen: { host: string; port: number }
  leaderElection: boolean
  /** How often a tenant at rest is looked at whole, in milliseconds. */
  resyncMs: number
  /** How often each database server is swept for what changed on it, in milliseconds. */
  sweepMs: number
  /** Tenants that are worked on at the same time. */
  concurrency: number
  /** The image of backup Jobs, and how much memory each of their containers may have. */
  jobs: { image: string; pullPolicy: 'IfNotPresent' | 'Always' | 'Never'; memory: string }
  /** Absent endpoint: no traces. */
  tracing: { endpoint?: string; serviceName: string }
}

/** The configuration in the environment; throws one sentence that names every fault and never a value. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  // An empty variable is one that somebody meant to leave out.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(`The environment is not usable: ${faults.join('; ')}.`)
  }
  const { data } = parsed
  return {
    operator: {
      namespace: data.KIAVI_OPERATOR_NAMESPACE,
      serviceAccount: data.KIAVI_SERVICE_ACCOUNT,
      tenantClusterRole: data.KIAVI_TENANT_CLUSTER_ROLE,
    },
    podName: data.KIAVI_POD_NAME,
    // Nothing is told that is finer than debug.
    logLevel: data.KIAVI_LOG_LEVEL === 'trace' ? 'debug' : data.KIAVI_LOG_LEVEL,
    listen: { host: data.KIAVI_LISTEN_HOST, port: data.KIAVI_LISTEN_PORT },
    leaderElection: data.KIAVI_LEADER_ELECTION === 'true',
    resyncMs: data.KIAVI_RESYNC_SECONDS * 1000,
    sweepMs: data.KIAVI_SWEEP_SECONDS * 1000,
    concurrency: data.KIAVI_CONCURRENCY,
    jobs: {
      image: data.KIAVI_JOBS_IMAGE,
      pullPolicy: data.KIAVI_JOBS_PULL_POLICY,
      memory: data.KIAVI_JOBS_MEMORY,
    },
    tracing: {
      serviceName: data.OTEL_SERVICE_NAME,
      ...(data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? {}
        : { endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT }),
    },
  }
}
