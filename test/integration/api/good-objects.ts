/** One object of each kind in which every field of spec is set: what the tables of bad specs start from. */
import { type KubeJson } from '../../cluster/kube-client.ts'

export interface SpecObject extends KubeJson {
  apiVersion: string
  kind: string
  spec: Record<string, unknown>
}

const apiVersion = 'kiavi.eu/v1alpha1'

export const goodTenant = (): SpecObject => ({
  apiVersion,
  kind: 'KiaviTenant',
  metadata: { name: 'acme', namespace: 'default' },
  spec: {
    className: 'default',
    displayName: 'Acme',
    host: 'auth.acme.eu',
    passkeys: { rpId: 'acme.eu', allowedOrigins: ['https://app.acme.eu', 'https://acme.eu:8443'] },
    tokens: { accessTokenSeconds: 600, refreshTokenDays: 30, sessionDays: 30 },
    signingKeys: {
      bits: 3072,
      jwksMaxAgeSeconds: 300,
      verifierCacheSeconds: 3600,
      rotationDays: 90,
      revoke: [{ kid: 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE', sessions: 'End' }],
    },
    backups: { schedule: '30 2 * * 1-5', retentionDays: 30, drillEveryDays: 30 },
    runtime: {
      replicas: 2,
      resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { cpu: '1', memory: '256Mi' } },
    },
    tls: { issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer', group: 'cert-manager.io' } },
    adoptTenantID: 'k3x9q7w2ab',
  },
})

const pods = () => ({
  namespaceLabels: { 'kubernetes.io/metadata.name': 'gateways' },
  podLabels: { app: 'proxy' },
})

const s3 = {
  endpoint: 'http://s3.storage.svc:9000',
  region: 'fr-par',
  bucket: 'kiavi.backups-1',
  prefix: 'clusters/one',
  credentialsSecretName: 's3-credentials',
  caSecretName: 's3-ca',
  forcePathStyle: true,
  reachedBy: {
    cidrs: ['203.0.113.0/24'],
    namespaceLabels: { 'kubernetes.io/metadata.name': 'storage' },
    podLabels: { app: 's3' },
  },
  tlsDisabledReason: 'The server is on this host; decided by Ada.',
}

const backups = (store: object) => ({
  store,
  recoveryRecipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
  atOnce: 4,
})

const classWith = (exposure: object): SpecObject => ({
  apiVersion,
  kind: 'KiaviTenantClass',
  metadata: { name: 'default' },
  spec: {
    region: 'fr-par',
    database: {
      host: 'postgres.databases.svc',
      port: 5432,
      adminSecretName: 'postgres-admin',
      caSecretName: 'postgres-ca',
      tls: 'Disable',
      tlsDisabledReason: 'The server is on this host; decided by Ada.',
      exclusive: true,
      reachedBy: { cidrs: ['10.0.0.0/8', 'fd00::/8'], ...pods() },
      maxConnections: 200,
      connectionsPerPod: 4,
    },
    runtime: {
      image: 'kiavi/runtime:0.1.0',
      imagePullPolicy: 'IfNotPresent',
      imagePullSecretName: 'registry',
      replicas: 2,
      resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { cpu: '1', memory: '256Mi' } },
    },
    ...exposure,
    ingressFrom: [pods()],
    trustedProxies: ['10.244.0.0/16'],
    metricsFrom: [pods()],
    dns: { cidrs: ['169.254.20.10/32'], ...pods() },
    namespaceLabels: { 'acme.eu/team': 'identity' },
    namespaceAnnotations: { 'acme.eu/cost-centre': 'whatever is said: 4711' },
    allowedNamespaces: ['customers'],
    allowedHosts: ['acme.eu'],
  },
})

export const goodGatewayClass = () =>
  classWith({
    gateway: { name: 'public', namespace: 'gateways', listenerName: 'https' },
    backups: backups({ s3 }),
  })

export const goodIngressClass = () =>
  classWith({
    ingress: { className: 'nginx', annotations: { 'acme.eu/timeout': '30' } },
    backups: backups({ volume: { claimName: 'backups' } }),
  })

const goodAdoption = (): SpecObject => ({
  apiVersion,
  kind: 'KiaviAdoption',
  metadata: { name: 'acme-after-the-fire' },
  spec: {
    tenantID: 'k3x9q7w2ab',
    namespace: 'customers',
    name: 'acme',
    host: 'auth.acme.eu',
    newSigningKey: true,
    reason: 'The cluster burnt down; Ada decided on 2026-11-21.',
  },
})

const goodBackup = (): SpecObject => ({
  apiVersion,
  kind: 'KiaviBackup',
  metadata: { name: 'k3x9q7w2ab-202611220200', namespace: 'default' },
  spec: { tenantName: 'acme', reason: 'Scheduled', slot: '2026-11-22T02:00:00Z', retentionDays: 30 },
})

const goodRestore = (): SpecObject => ({
  apiVersion,
  kind: 'KiaviRestore',
  metadata: { name: 'acme-after-the-fire', namespace: 'default' },
  spec: {
    tenantName: 'acme',
    mode: 'InPlace',
    sourceTenantID: 'k3x9q7w2ab',
    sequence: 7,
    confirmedStartedAt: '2026-11-22T02:00:41Z',
    keepPreviousDays: 7,
  },
})

const goodDrill = (): SpecObject => ({
  apiVersion,
  kind: 'KiaviRestore',
  metadata: { name: 'k3x9q7w2ab-drill-202611220200', namespace: 'default' },
  spec: {
    ...{ tenantName: 'acme', mode: 'Drill', sourceTenantID: 'k3x9q7w2ab' },
    ...{ reason: 'Scheduled', slot: '2026-11-22T02:00:00Z' },
  },
})

export const goodObjects = {
  KiaviTenant: [goodTenant],
  KiaviTenantClass: [goodGatewayClass, goodIngressClass],
  KiaviAdoption: [goodAdoption],
  KiaviBackup: [goodBackup],
  KiaviRestore: [goodRestore, goodDrill],
}
