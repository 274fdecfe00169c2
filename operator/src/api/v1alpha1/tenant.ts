import { z } from 'zod'
import { conditions, dnsName, hostName, tenantIDField } from './fields.ts'

const origin = z
  .string()
  .min(9)
  .max(270)
  .regex(/^https:\/\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?$/)

const passkeys = z.object({
  rpId: hostName()
    .optional()
    .describe(
      'WebAuthn relying party ID: the host, or a domain above it. Passkeys are bound to it for ever, so it is pinned once the tenant serves. Default: the host.',
    ),
  allowedOrigins: z
    .array(origin)
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
})

const quantity = () =>
  z
    .string()
    .min(1)
    .max(20)
    .regex(/^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$/)

export const resources = z.object({
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

const issuerRef = z.object({
  name: dnsName().describe('Name of the issuer.'),
  kind: z.enum(['Issuer', 'ClusterIssuer']).default('ClusterIssuer').describe('Kind of the issuer.'),
  group: dnsName().default('cert-manager.io').describe('API group of the issuer.'),
})

export const tenantSpec = z.object({
  className: dnsName()
    .optional()
    .describe('The KiaviTenantClass to live in. Default: the class marked as default. Cannot change.'),
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

const keyStatus = z.object({
  kid: z.string().max(64).describe('Key ID: the RFC 7638 thumbprint.'),
  phase: z
    .enum(['Generated', 'Published', 'Active', 'Retiring', 'Destroyed'])
    .describe('Where the key is in its life.'),
  since: z.string().meta({ format: 'date-time' }).describe('When the phase began.'),
})

export const tenantStatus = z.object({
  observedGeneration: z.int().min(0).optional().describe('The generation that this status was made from.'),
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
      provisionedAt: z
        .string()
        .meta({ format: 'date-time' })
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
    .array(keyStatus)
    .max(16)
    .optional()
    .describe('The signing keys that exist.')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['kid'] }),
  runtime: z
    .object({
      image: z.string().max(512).optional().describe('The runtime image that serves.'),
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
