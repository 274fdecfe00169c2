import { tenantClassSpec } from '../../../operator/src/api/v1alpha1/tenant-class.ts'
import { annotation } from '../../../operator/src/api/v1alpha1/names.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { type ApiServer } from './api-server.ts'

export const operatorIdentity = {
  namespace: 'kiavi-system',
  serviceAccount: 'kiavi-operator',
  tenantClusterRole: 'kiavi-tenant-namespace',
}

export const tenantName = { namespace: 'customers', name: 'acme' }

/** What a customer writes of keys and tokens. */
export interface KeySpec {
  jwksMaxAgeSeconds: number
  verifierCacheSeconds: number
  accessTokenSeconds: number
  rotationDays: number
  revoke: { kid: string; sessions: 'Keep' | 'End' }[]
}

const object = (apiVersion: string, kind: string, metadata: KubeObject['metadata'], more: object = {}) => ({
  ...{ apiVersion, kind, metadata },
  ...more,
})

export const specOf = ({ accessTokenSeconds, ...signingKeys }: KeySpec, replicas: number) => ({
  host: 'auth.acme.eu',
  tokens: { accessTokenSeconds },
  signingKeys: { bits: 2048, ...signingKeys },
  runtime: { replicas },
})

/** What stands in a cluster before the operator does anything: a class, its credentials, and a tenant. */
export function furnish(server: ApiServer, spec: KeySpec, replicas: number): void {
  const classSpec = tenantClassSpec.parse({
    region: 'fr-par',
    database: {
      host: 'postgres.databases.svc',
      adminSecretName: 'database-admin',
      reachedBy: { cidrs: ['10.0.0.0/24'] },
    },
    runtime: { image: 'kiavi/runtime:1' },
    ingress: { className: 'test' },
    ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'envoy' } }],
  })
  const metadata = { name: 'default', annotations: { [annotation.defaultClass]: 'true' } }
  server.create(object('kiavi.eu/v1alpha1', 'KiaviTenantClass', metadata, { spec: classSpec }))
  server.create(object('v1', 'Namespace', { name: tenantName.namespace }))
  server.create(object('networking.k8s.io/v1', 'IngressClass', { name: 'test' }))
  const credentials = { data: { username: 'a2lhdmk=', password: 'cGFzc3dvcmQ=' } }
  const admin = { name: 'database-admin', namespace: operatorIdentity.namespace }
  server.create(object('v1', 'Secret', admin, credentials))
  const tenant = { spec: specOf(spec, replicas) }
  server.create(object('kiavi.eu/v1alpha1', 'KiaviTenant', tenantName, tenant))
}
