import { z } from 'zod'
import { cidr, conditions, dnsName, hostName, labelName, labels, port } from './fields.ts'
import { resources } from './tenant.ts'

const selector = (what: string) =>
  z.object({
    namespaceLabels: labels().optional().describe(`Labels of the namespaces that ${what} in.`),
    podLabels: labels().optional().describe(`Labels of the pods that ${what}. Default: every pod there.`),
  })

const reason = () =>
  z
    .string()
    .min(10)
    .max(400)
    .describe('Why the protection is lowered, and who decided it; kept for the audit.')

const database = z.object({
  host: dnsName().describe(
    'Host of the PostgreSQL server (15 to 18), as its certificate names it. With CloudNativePG the -rw service, not the pooler.',
  ),
  port: port().default(5432).describe('Port of the server.'),
  adminSecretName: dnsName().describe(
    "Secret in the operator's namespace with the keys username and password: a login role with CREATEDB and CREATEROLE, not a superuser.",
  ),
  caSecretName: dnsName()
    .optional()
    .describe(
      "Secret in the operator's namespace with the key ca.crt (PEM) that signed the server's certificate. Default: the system's trust store.",
    ),
  tls: z
    .enum(['VerifyFull', 'Disable'])
    .default('VerifyFull')
    .describe("Disable sends people's data in clear and needs tlsDisabledReason."),
  tlsDisabledReason: reason().optional(),
  exclusive: z
    .boolean()
    .default(false)
    .describe(
      'True when nothing but tenants of this class lives on the server: then the databases postgres and template1 are closed to PUBLIC too.',
    ),
  reachedBy: z
    .object({
      cidrs: z.array(cidr()).max(16).optional().describe('Address ranges of the server.'),
      ...selector('the server runs').shape,
    })
    .describe(
      "Where tenants' pods may connect to reach the server: ranges, or the pods of a server in the cluster. At least one.",
    ),
  maxConnections: z
    .int()
    .min(8)
    .max(100000)
    .optional()
    .describe(
      'Connections that all tenants of the class may hold together. Past it a new tenant is Stalled/ConnectionBudget. Default: no budget.',
    ),
  connectionsPerPod: z
    .int()
    .min(1)
    .max(50)
    .default(4)
    .describe('Connections that one pod of a tenant may hold.'),
})

const exposure = {
  gateway: z
    .object({
      name: dnsName().describe('Name of the Gateway.'),
      namespace: labelName().describe('Namespace of the Gateway.'),
      listenerName: labelName()
        .optional()
        .describe('The listener to attach to. Default: every listener that fits the host.'),
    })
    .optional()
    .describe(
      'Expose tenants by an HTTPRoute on this Gateway. Its listener must admit namespaces labelled kiavi.eu/managed-by=kiavi-operator.',
    ),
  ingress: z
    .object({
      className: dnsName().describe('Name of the IngressClass.'),
      annotations: z
        .record(z.string().max(253), z.string().max(1024))
        .optional()
        .describe('Annotations that the Ingress controller wants on every Ingress.')
        .meta({ maxProperties: 16 }),
    })
    .optional()
    .describe('Expose tenants by an Ingress of this class instead.'),
}

export const tenantClassSpec = z.object({
  region: z
    .string()
    .min(2)
    .max(40)
    .regex(/^[a-z]{2}-[a-z0-9]+(-[a-z0-9]+)*$/)
    .describe(
      "Where the tenants' data live, such as fr-par. Must lie in the European Economic Area. Cannot change.",
    ),
  database: database.describe(
    'The PostgreSQL server on which every tenant of the class gets a database of its own.',
  ),
  runtime: z
    .object({
      image: z.string().min(1).max(512).describe('Image of the auth server, with a tag or digest.'),
      imagePullPolicy: z
        .enum(['IfNotPresent', 'Always', 'Never'])
        .default('IfNotPresent')
        .describe('When nodes pull the image.'),
      imagePullSecretName: dnsName()
        .optional()
        .describe(
          "Secret of type kubernetes.io/dockerconfigjson in the operator's namespace; copied to each tenant's namespace.",
        ),
      replicas: z.int().min(1).max(20).default(2).describe('Pods per tenant, where the tenant says nothing.'),
      resources: resources
        .prefault({ requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } })
        .describe('CPU and memory of each pod, where the tenant says nothing.'),
    })
    .describe("The pods of the class's tenants."),
  ...exposure,
  ingressFrom: z
    .array(
      selector("the gateway's or Ingress controller's proxies run").describe(
        'One place that requests come from.',
      ),
    )
    .min(1)
    .max(8)
    .describe(
      "The proxies that may open connections to tenants' pods. They often run in another namespace than the Gateway.",
    )
    .meta({ 'x-kubernetes-list-type': 'atomic' }),
  trustedProxies: z
    .array(cidr())
    .max(16)
    .optional()
    .describe(
      "Address ranges of those proxies: only their X-Forwarded-For is believed. Default: none, the peer's address counts.",
    )
    .meta({ 'x-kubernetes-list-type': 'set' }),
  metricsFrom: z
    .array(selector('metrics are scraped').describe('One place that metrics are scraped from.'))
    .max(8)
    .optional()
    .describe("The scrapers that may read tenants' metrics. Default: none.")
    .meta({ 'x-kubernetes-list-type': 'atomic' }),
  dns: selector("the cluster's DNS runs")
    .extend({
      cidrs: z
        .array(cidr())
        .max(8)
        .optional()
        .describe('Address ranges of the DNS servers, where they are no pods (node-local DNS).'),
    })
    .prefault({ namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' } })
    .describe("The DNS servers that tenants' pods may ask."),
  namespaceLabels: labels().optional().describe('Labels that every tenant namespace bears besides ours.'),
  namespaceAnnotations: z
    .record(z.string().max(253), z.string().max(1024))
    .optional()
    .describe('Annotations that every tenant namespace bears besides ours.')
    .meta({ maxProperties: 16 }),
  allowedNamespaces: z
    .array(labelName())
    .max(256)
    .optional()
    .describe('Namespaces whose KiaviTenants may use the class. Default: all.')
    .meta({ 'x-kubernetes-list-type': 'set' }),
  allowedHosts: z
    .array(hostName())
    .max(256)
    .optional()
    .describe('Domains that hosts must be, or lie below. Default: any.')
    .meta({ 'x-kubernetes-list-type': 'set' }),
})

export const tenantClassStatus = z.object({
  observedGeneration: z.int().min(0).optional().describe('The generation that this status was made from.'),
  tenants: z.int().min(0).optional().describe('Tenants that live in the class.'),
  serverVersion: z.string().max(40).optional().describe('Version of the PostgreSQL server.'),
  conditions: conditions().optional(),
})

export type TenantClassSpec = z.infer<typeof tenantClassSpec>
export type TenantClassStatus = z.infer<typeof tenantClassStatus>
