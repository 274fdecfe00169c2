import { z } from 'zod'
import { backupStore, storeStatus } from './backup-store.ts'
import { rules, text } from './cel.ts'
import {
  cidr,
  conditions,
  dnsName,
  extraAnnotations,
  extraLabels,
  hostName,
  labelName,
  loweredReason,
  matchLabels,
  observedGeneration,
  port,
} from './fields.ts'
import { podLabels, servers } from './servers.ts'
import { resources } from './tenant.ts'

/** Pods that may open connections. Namespaces are always named: without them any pod could dress up as one. */
const clients = (whose: string) =>
  z.object({
    namespaceLabels: matchLabels().describe(`Labels of the namespaces of ${whose}.`),
    podLabels: podLabels(whose),
  })

/** ISO 3166 codes of the European Economic Area: the 27 of the European Union, Iceland, Liechtenstein, Norway. */
const eea = 'at be bg cy cz de dk ee es fi fr gr hr hu ie is it li lt lu lv mt nl no pl pt ro se si sk'.split(
  ' ',
)

const database = z
  .object({
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
    tlsDisabledReason: loweredReason().optional(),
    exclusive: z
      .boolean()
      .default(false)
      .describe(
        'True when nothing but tenants of this class lives on the server: then whatever else PUBLIC may connect to there (postgres, template1) is a fault, and condition Isolated of every tenant has the SQL that closes it; only a superuser may run that.',
      ),
    reachedBy: servers('the server').describe(
      "Where tenants' pods may connect to reach the server: ranges, or the pods of a server in the cluster.",
    ),
    maxConnections: z
      .int()
      .min(8)
      .max(100000)
      .optional()
      .describe(
        'Connections that all tenants of the class may hold together. Past it a new tenant is Stalled/ConnectionBudget, and one that serves does not grow: Stalled/GrowthHeld. Default: no budget.',
      ),
    connectionsPerPod: z
      .int()
      .min(1)
      .max(50)
      .default(4)
      .describe('Connections that one pod of a tenant may hold.'),
  })
  .meta(
    rules(
      {
        rule: "self.tls != 'Disable' || has(self.tlsDisabledReason)",
        message:
          "tls: Disable sends people's data in clear: write tlsDisabledReason (why, and who decided), or leave tls out",
        reason: 'FieldValueRequired',
        fieldPath: '.tlsDisabledReason',
      },
      {
        rule: 'self.host == oldSelf.host && self.port == oldSelf.port',
        message:
          'host and port cannot change, tenants have their databases there: make another class for another server',
        reason: 'FieldValueForbidden',
        fieldPath: '.host',
      },
    ),
  )

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
      annotations: extraAnnotations()
        .optional()
        .describe('Annotations that the Ingress controller wants on every Ingress.'),
    })
    .optional()
    .describe('Expose tenants by an Ingress of this class instead.'),
}

export const tenantClassSpec = z
  .object({
    region: text(
      { min: 2, max: 40 },
      /^[a-z]{2}(-[a-z0-9]+)+$/,
      'write a country and a place in lower case, such as fr-par',
      {
        rule: `self.split('-')[0] in [${eea.map((code) => `'${code}'`).join(', ')}]`,
        message:
          'begin with the code of the country of the European Economic Area where the data lie, such as fr-par or de-eu-central-1',
      },
      {
        rule: 'self == oldSelf',
        message:
          'the region cannot change, tenants have their data there: make another class for another region',
        reason: 'FieldValueForbidden',
      },
    ).describe(
      "Where the tenants' data live: code of a country of the European Economic Area, then the place, such as fr-par; for a cloud that names regions otherwise put the country before, such as de-eu-central-1. Cannot change.",
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
        replicas: z
          .int()
          .min(1)
          .max(20)
          .default(2)
          .describe('Pods per tenant, where the tenant says nothing.'),
        resources: resources
          .prefault({ requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } })
          .describe('CPU and memory of each pod, where the tenant says nothing.'),
      })
      .describe("The pods of the class's tenants."),
    backups: backupStore
      .optional()
      .describe(
        'Where encrypted backups of the tenants lie. Default: there are none, and condition BackupsCurrent of every tenant says so. Once set the store cannot change.',
      ),
    ...exposure,
    ingressFrom: z
      .array(
        clients("the gateway's or Ingress controller's proxies").describe(
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
      .array(cidr().describe('One range.'))
      .max(16)
      .optional()
      .describe(
        "Address ranges of those proxies: only their X-Forwarded-For is believed. Default: none, the peer's address counts.",
      )
      .meta({ 'x-kubernetes-list-type': 'set' }),
    metricsFrom: z
      .array(clients('the scrapers').describe('One place that metrics are scraped from.'))
      .max(8)
      .optional()
      .describe("The scrapers that may read tenants' metrics. Default: none.")
      .meta({ 'x-kubernetes-list-type': 'atomic' }),
    dns: servers("the cluster's DNS")
      .prefault({ namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' } })
      .describe("The DNS servers that tenants' pods may ask: their pods, or their ranges (node-local DNS)."),
    namespaceLabels: extraLabels()
      .optional()
      .describe('Labels that every tenant namespace bears besides ours.'),
    namespaceAnnotations: extraAnnotations()
      .optional()
      .describe('Annotations that every tenant namespace bears besides ours.'),
    allowedNamespaces: z
      .array(labelName().describe('One namespace.'))
      .max(256)
      .optional()
      .describe('Namespaces whose KiaviTenants may use the class. Default: all.')
      .meta({ 'x-kubernetes-list-type': 'set' }),
    allowedHosts: z
      .array(hostName().describe('One domain.'))
      .max(256)
      .optional()
      .describe('Domains that hosts must be, or lie below. Default: any.')
      .meta({ 'x-kubernetes-list-type': 'set' }),
  })
  .meta(
    rules(
      {
        rule: 'has(self.gateway) != has(self.ingress)',
        message: 'write exactly one of gateway and ingress: it says how tenants are reached from outside',
        reason: 'FieldValueRequired',
      },
      {
        rule: 'has(self.backups) || !has(oldSelf.backups)',
        message: 'backups cannot be taken out, tenants have theirs there: make another class without a store',
        reason: 'FieldValueForbidden',
        fieldPath: '.backups',
      },
    ),
  )

export const tenantClassStatus = z.object({
  observedGeneration: observedGeneration(),
  tenants: z.int().min(0).optional().describe('Tenants that live in the class.'),
  serverVersion: z.string().max(40).optional().describe('Version of the PostgreSQL server.'),
  backups: storeStatus.optional().describe('What the last sweep that came through found in the store.'),
  conditions: conditions().optional(),
})

export type TenantClassSpec = z.infer<typeof tenantClassSpec>
export type TenantClassStatus = z.infer<typeof tenantClassStatus>
