import { z } from 'zod'
import { type CelRule, rules, text } from './cel.ts'
import { conditions, dnsName, hostName, instant, observedGeneration, tenantIDField } from './fields.ts'
import { backupSchedule, backupsStatus } from './tenant-backups.ts'

const origin = text(
  { min: 9, max: 270 },
  /^https:\/\/([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$/,
  'write an origin as https://host or https://host:port in lower case: no path, no slash at the end, no *',
  {
    rule: "!self.endsWith(':443')",
    message: 'leave :443 out: browsers do, so an origin that names it matches nothing',
  },
)

const passkeys = z.object({
  rpId: hostName()
    .optional()
    .describe(
      'WebAuthn relying party ID: the host, or a domain above it. Passkeys are bound to it for ever, so it is pinned once the tenant serves. Default: the host.',
    ),
  allowedOrigins: z
    .array(origin.describe('One origin.'))
    .max(50)
    .optional()
    .describe(
      'Origins of your applications that may start a passkey ceremony, such as https://app.acme.eu; each must be the rpId or below it. The host itself is always allowed.',
    )
    .meta({ 'x-kubernetes-list-type': 'set' }),
})

const tokens = z.object({
  accessTokenSeconds: z
    .int()
    .min(60)
    .max(3600)
    .default(600)
    .describe(
      'Life of an access token, in seconds. What a verifier accepts after a sign-out or a revoke at most.',
    ),
  refreshTokenDays: z
    .int()
    .min(1)
    .max(90)
    .default(30)
    .describe('Days that a refresh token may lie unused; each use gives a new one and ends the old.'),
  sessionDays: z
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('Days after which a person must sign in again, used or not.'),
})

const signingKeys = z.object({
  bits: z
    .union([z.literal(2048), z.literal(3072), z.literal(4096)])
    .default(3072)
    .describe('RSA modulus length of new keys, in bits. BSI TR-02102 asks for 3000 or more in the EU.'),
  jwksMaxAgeSeconds: z
    .int()
    .min(10)
    .max(86400)
    .default(300)
    .describe('Cache-Control max-age of the JWKS response, in seconds: how long a verifier may keep it.'),
  verifierCacheSeconds: z
    .int()
    .min(0)
    .max(604800)
    .default(3600)
    .describe(
      'Verifiers that keep a JWKS for longer than its max-age: how long at most, in seconds. A new key signs only after that.',
    ),
  rotationDays: z
    .int()
    .min(0)
    .max(730)
    .default(90)
    .describe(
      'A key that has signed for so many days gives way to the next one; spread over the last tenth, so that a fleet does not rotate at once. 0: only when asked for.',
    ),
  revoke: z
    .array(
      z
        .object({
          kid: text(
            { min: 43, max: 43 },
            /^[A-Za-z0-9_-]{43}$/,
            'write a key ID of 43 letters, as status.keys shows it',
          ).describe('Key ID, as status.keys shows it.'),
          sessions: z
            .enum(['Keep', 'End'])
            .default('End')
            .describe(
              'End: everybody signs in again, because whoever had the key may have refreshed tokens in their name. Keep: sessions and refresh tokens stay.',
            ),
        })
        .describe('One key, and what becomes of who is signed in.'),
    )
    .max(16)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['kid'] })
    .describe(
      'Keys that must not be trusted any more: taken out of every JWKS within a minute, for good. Verifiers that hold an older JWKS accept their tokens until they fetch it anew.',
    ),
})

const quantity = () =>
  text(
    { min: 1, max: 20 },
    /^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$/,
    'write a quantity such as 50m, 0.5 or 128Mi',
  )

const requestWithinLimit = (what: 'cpu' | 'memory') => ({
  rule: `!has(self.requests) || !has(self.requests.${what}) || !has(self.limits) || !has(self.limits.${what}) || !isQuantity(self.requests.${what}) || !isQuantity(self.limits.${what}) || quantity(self.requests.${what}).compareTo(quantity(self.limits.${what})) <= 0`,
  message: `write requests.${what} that is not above limits.${what}`,
  fieldPath: `.requests.${what}`,
})

export const resources = z
  .object({
    requests: z
      .object({
        cpu: quantity().optional().describe('CPU that is reserved, such as 50m.'),
        memory: quantity().optional().describe('Memory that is reserved, such as 96Mi.'),
      })
      .optional()
      .describe('What the scheduler reserves for each pod.'),
    limits: z
      .object({
        cpu: quantity().optional().describe('CPU that a pod may use at most.'),
        memory: quantity().optional().describe('Memory above which a pod is ended and started anew.'),
      })
      .optional()
      .describe('What each pod may use at most.'),
  })
  .meta(rules(requestWithinLimit('cpu'), requestWithinLimit('memory')))

const runtime = z.object({
  replicas: z
    .int()
    .min(1)
    .max(20)
    .optional()
    .describe(
      'Pods that serve the tenant. Default: what the class says (2). From 2 on, a disruption budget keeps one.',
    ),
  resources: resources.optional().describe('CPU and memory of each pod. Default: what the class says.'),
})

const rpIDIsHostOrParent = {
  rule: "!has(self.passkeys) || !has(self.passkeys.rpId) || self.host == self.passkeys.rpId || self.host.endsWith('.' + self.passkeys.rpId)",
  message: 'write an rpId that is the host itself or a domain above it, or leave it out',
  messageExpression:
    "'write an rpId that is the host ' + self.host + ' itself or a domain above it, or leave it out'",
  fieldPath: '.passkeys.rpId',
}

const originsWithinRpID = {
  rule: "!has(self.passkeys) || !has(self.passkeys.allowedOrigins) || self.passkeys.allowedOrigins.all(o, o.split('/').size() < 3 || ('.' + o.split('/')[2].split(':')[0]).endsWith('.' + (has(self.passkeys.rpId) ? self.passkeys.rpId : self.host)))",
  message: 'write only origins whose host is the rpId or below it: no browser lets others use its passkeys',
  fieldPath: '.passkeys.allowedOrigins',
}

const issuerRef = z.object({
  name: dnsName().describe('Name of the issuer.'),
  kind: text(
    { min: 1, max: 63 },
    /^[A-Z][A-Za-z0-9]*$/,
    'write a kind as Kubernetes spells it, such as ClusterIssuer',
    {
      rule: "self != 'Issuer'",
      message:
        'write a kind that serves the whole cluster, such as ClusterIssuer: an Issuer of your namespace cannot sign where the tenant runs',
    },
  )
    .default('ClusterIssuer')
    .describe('Kind of the issuer; one that serves the whole cluster.'),
  group: dnsName().default('cert-manager.io').describe('API group of the issuer.'),
})

export const tenantSpec = z
  .object({
    className: dnsName()
      .optional()
      .describe(
        'The KiaviTenantClass to live in. Default: the class marked as default. Cannot change once the tenant lives there.',
      ),
    displayName: z
      .string()
      .min(1)
      .max(80)
      .optional()
      .describe('What people see on the sign-in page. Default: the host.'),
    host: hostName().describe(
      'Host name of the auth server, such as auth.acme.eu; the issuer of its tokens is https://<host>. It belongs to one tenant in the cluster.',
    ),
    passkeys: passkeys.prefault({}).describe('Sign-up and sign-in with passkeys (WebAuthn).'),
    tokens: tokens.prefault({}).describe('Life of tokens and sessions.'),
    signingKeys: signingKeys
      .prefault({})
      .describe('The RS256 keys that sign access tokens; every tenant has its own.'),
    backups: backupSchedule
      .prefault({})
      .describe('Encrypted backups of the database, in the store that the class names.'),
    runtime: runtime.prefault({}).describe('The pods that serve the tenant.'),
    tls: z
      .object({
        issuerRef: issuerRef.describe('The cert-manager issuer that signs the certificate for the host.'),
      })
      .optional()
      .describe(
        "A certificate of the tenant's own, where the class exposes tenants through an Ingress. Default: the certificate of the class's listener or Ingress controller.",
      ),
    adoptTenantID: tenantIDField()
      .optional()
      .describe(
        "Takes over the data of an orphan: the tenant ID named in the OrphanFound message. Only where namespace, name and host are the orphan's, or a KiaviAdoption consents.",
      ),
  })
  .meta(rules(rpIDIsHostOrParent, originsWithinRpID))

/**
 * Rules over spec and status together: what the operator pinned in status cannot be changed in spec any more.
 * Each lets an unchanged spec pass, so that status and finalizers can always be written.
 */
export const tenantRules = [
  {
    rule: 'has(self.spec.className) ? (has(oldSelf.spec.className) && self.spec.className == oldSelf.spec.className) || !has(oldSelf.status) || !has(oldSelf.status.className) || self.spec.className == oldSelf.status.className : !has(oldSelf.spec.className) || !has(oldSelf.status) || !has(oldSelf.status.className)',
    message: 'a tenant cannot move to another class: write the className that status.className shows',
    messageExpression:
      "'a tenant cannot move to another class: write className: ' + oldSelf.status.className",
    reason: 'FieldValueForbidden',
    fieldPath: '.spec.className',
  },
  {
    rule: '!has(self.spec.passkeys) || !has(self.spec.passkeys.rpId) || (has(oldSelf.spec.passkeys) && has(oldSelf.spec.passkeys.rpId) && self.spec.passkeys.rpId == oldSelf.spec.passkeys.rpId) || !has(oldSelf.status) || !has(oldSelf.status.rpId) || self.spec.passkeys.rpId == oldSelf.status.rpId',
    message: 'every passkey is bound to the rpId that status.rpId shows, and would be lost: write that one',
    messageExpression:
      "'every passkey is bound to the rpId ' + oldSelf.status.rpId + ' and would be lost: write that one'",
    reason: 'FieldValueForbidden',
    fieldPath: '.spec.passkeys.rpId',
  },
  {
    rule: "self.spec.host == oldSelf.spec.host || !has(oldSelf.status) || !has(oldSelf.status.rpId) || ('.' + self.spec.host).endsWith('.' + oldSelf.status.rpId)",
    message:
      'every passkey is bound to the rpId that status.rpId shows: write a host that is it or lies below it',
    messageExpression:
      "'every passkey is bound to the rpId ' + oldSelf.status.rpId + ': write a host that is it or lies below it'",
    reason: 'FieldValueForbidden',
    fieldPath: '.spec.host',
  },
] satisfies CelRule[]

const keyStatus = z.object({
  kid: z.string().max(64).describe('Key ID: the RFC 7638 thumbprint.'),
  phase: z
    .enum(['Generated', 'Published', 'Active', 'Retiring', 'Destroyed'])
    .describe('Where the key is in its life.'),
  since: instant().describe('When the phase began.'),
  revoked: z.boolean().optional().describe('It ended because spec.signingKeys.revoke named it.'),
  next: z
    .enum(['Published', 'Active', 'Retiring', 'Destroyed'])
    .optional()
    .describe('The phase that follows; absent where the key stays as it is until something is asked.'),
  nextAt: instant()
    .optional()
    .describe('When it follows at the earliest; absent where it waits for pods and not for time.'),
})

export const tenantStatus = z.object({
  observedGeneration: observedGeneration(),
  tenantID: tenantIDField()
    .optional()
    .describe('Random name of everything that belongs to the tenant: namespace, database, roles, key paths.'),
  className: dnsName().optional().describe('The class that the tenant lives in; pinned.'),
  namespace: z.string().max(63).optional().describe("The namespace that the tenant's pods run in."),
  issuer: z.string().max(270).optional().describe("Issuer of the tenant's tokens, and its URL."),
  rpId: z.string().max(253).optional().describe('The relying party ID; pinned once the tenant serves.'),
  database: z
    .object({
      server: z.string().max(270).optional().describe('host:port of the PostgreSQL server.'),
      name: z.string().max(63).optional().describe('Name of the database.'),
      provisionedAt: instant()
        .optional()
        .describe(
          'When the database was ready for the first time. From then on a missing one is never made anew.',
        ),
      schemaVersion: z.int().min(0).optional().describe('The newest migration applied.'),
      migratedImage: z
        .string()
        .max(512)
        .optional()
        .describe('The runtime image whose migrations were applied last.'),
    })
    .optional()
    .describe("The tenant's database."),
  keys: z
    .array(keyStatus.describe('One signing key.'))
    .max(16)
    .optional()
    .describe('The signing keys that exist.')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['kid'] }),
  backups: backupsStatus.optional().describe("The tenant's backups."),
  runtime: z
    .object({
      image: z.string().max(512).optional().describe('The runtime image that serves.'),
      version: z.string().max(64).optional().describe('The version that the serving pods say they are.'),
      replicas: z.int().min(0).optional().describe('Pods that exist.'),
      readyReplicas: z.int().min(0).optional().describe('Pods that serve.'),
      selector: z
        .string()
        .max(256)
        .optional()
        .describe('Label selector of the pods, for the scale subresource.'),
    })
    .optional()
    .describe("The tenant's pods."),
  conditions: conditions().optional(),
})

export type TenantSpec = z.infer<typeof tenantSpec>
export type TenantStatus = z.infer<typeof tenantStatus>
export type Resources = z.infer<typeof resources>
