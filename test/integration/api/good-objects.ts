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
  classWith({ gateway: { name: 'public', namespace: 'gateways', listenerName: 'https' } })

export const goodIngressClass = () =>
  classWith({ ingress: { className: 'nginx', annotations: { 'acme.eu/timeout': '30' } } })

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

export const goodObjects = {
  KiaviTenant: [goodTenant],
  KiaviTenantClass: [goodGatewayClass, goodIngressClass],
  KiaviAdoption: [goodAdoption],
}
