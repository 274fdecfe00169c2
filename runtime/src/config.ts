import * as z from 'zod'
import { hostAbove } from './domain/host-above.ts'

/**
 * What a runtime must be told: `tenant.json`, rendered by the operator, and a few settings of the process.
 * Secrets are files beside it, read where they are used.
 */

const origin = z.string().refine((value) => {
  const url = URL.parse(value)
  if (url === null) return /^android:apk-key-hash:[A-Za-z0-9_-]+$/.test(value)
  const secure =
    url.protocol === 'https:' || (url.protocol === 'http:' && hostAbove('localhost', url.hostname))
  return (secure && url.origin === value) || /^android:apk-key-hash:[A-Za-z0-9_-]+$/.test(value)
}, 'must be an origin such as https://app.example.com (no path, no trailing slash)')

const cidr = z.union([z.cidrv4(), z.cidrv6()])
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)

export const tenantDocument = z
  .strictObject({
    tenantID: z.string().regex(/^[a-z][a-z0-9]{9}$/),
    // The host stands in where no name was given.
    displayName: z.string().min(1).max(253),
    issuer: origin,
    passkeys: z.strictObject({
      rpId: z
        .string()
        .min(1)
        .max(253)
        .regex(/^[a-z0-9.-]+$/),
      allowedOrigins: z.array(origin).min(1).max(64),
    }),
    tokens: z.strictObject({
      accessTokenSeconds: z.int().min(60).max(3600),
      refreshTokenDays: z.int().min(1).max(365),
      sessionDays: z.int().min(1).max(365),
    }),
    database: z.strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      name: identifier,
      tls: z.enum(['verify-full', 'disable']),
      appRole: identifier,
      ownerRole: identifier,
      poolSize: z.int().min(1).max(50),
    }),
    trustedProxies: z.array(cidr).max(64),
  })
  .refine((tenant) => tenant.passkeys.allowedOrigins[0] === tenant.issuer, {
    path: ['passkeys', 'allowedOrigins'],
    message: "the issuer's own origin comes first",
  })
  .refine((tenant) => hostAbove(tenant.passkeys.rpId, URL.parse(tenant.issuer)?.hostname ?? ''), {
    path: ['passkeys', 'rpId'],
    message: 'must be the host of the issuer, or a parent of it',
  })

export type Tenant = z.infer<typeof tenantDocument>

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const settingsSchema = z.object({
  KIAVI_CONFIG_DIR: z.string().min(1).default('/etc/kiavi'),
  KIAVI_LISTEN_HOST: z.string().min(1).default('0.0.0.0'),
  KIAVI_HTTP_PORT: whole(0, 65_535).default(8080),
  KIAVI_METRICS_PORT: whole(0, 65_535).default(9464),
  /** How long nobody may have asked before a stopping server closes, so that every proxy has heard of it. */
  KIAVI_DRAIN_SECONDS: whole(0, 300).default(5),
  KIAVI_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
})

export interface Settings {
  configDir: string
  listenHost: string
  httpPort: number
  metricsPort: number
  drainSeconds: number
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug'
}

/** Names every fault at once, by path, and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(what: string, faults: readonly string[]) {
    super(`${what} cannot be used: ${faults.join('; ')}`)
    this.faults = faults
  }
}

const told = (error: z.ZodError) =>
  error.issues.map((issue) => `${issue.path.map(String).join('.') || 'document'}: ${issue.message}`)

/** Settings from the environment. */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = settingsSchema.safeParse(env)
  if (!parsed.success) throw new ConfigError('The environment', told(parsed.error))
  return Object.freeze({
    configDir: parsed.data.KIAVI_CONFIG_DIR,
    listenHost: parsed.data.KIAVI_LISTEN_HOST,
    httpPort: parsed.data.KIAVI_HTTP_PORT,
    metricsPort: parsed.data.KIAVI_METRICS_PORT,
    drainSeconds: parsed.data.KIAVI_DRAIN_SECONDS,
    logLevel: parsed.data.KIAVI_LOG_LEVEL,
  })
}

/** The tenant document. */
export function parseTenant(text: string): Tenant {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ConfigError('tenant.json', ['document: is not JSON'])
  }
  const parsed = tenantDocument.safeParse(json)
  if (!parsed.success) throw new ConfigError('tenant.json', told(parsed.error))
  return Object.freeze(parsed.data)
}
