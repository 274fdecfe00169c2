/** A tenant and a world to judge it by, all of it settled unless a test says otherwise. */
import { tenantClassSpec, type TenantClassSpec } from '../../../../operator/src/api/v1alpha1/tenant-class.ts'
import { tenantSpec } from '../../../../operator/src/api/v1alpha1/tenant.ts'
import { type KubeObject } from '../../../../operator/src/kube/port.ts'
import { isAsDesired } from '../../../../operator/src/controllers/tenant/compare/compare.ts'
import { type Observed } from '../../../../operator/src/controllers/tenant/observed.ts'
import { type Rendering } from '../../../../operator/src/controllers/tenant/rendering.ts'
import { readTenant, type Tenant } from '../../../../operator/src/controllers/tenant/tenant.ts'

export const tenantID = 'k3x9q7w2ab'
export const operator = {
  namespace: 'kiavi-system',
  serviceAccount: 'kiavi-operator',
  tenantClusterRole: 'kiavi-tenant-namespace',
}

export const tenantClass = (change: Record<string, unknown> = {}): TenantClassSpec =>
  tenantClassSpec.parse({
    region: 'fr-par',
    database: {
      host: 'postgres.databases.svc',
      adminSecretName: 'database-admin',
      reachedBy: { cidrs: ['10.0.0.0/24'] },
    },
    runtime: { image: 'kiavi/runtime:1' },
    gateway: { name: 'public', namespace: 'gateways', listenerName: 'https' },
    ingressFrom: [{ namespaceLabels: { 'kubernetes.io/metadata.name': 'envoy' } }],
    ...change,
  })

export const tenantObject = (
  change: { metadata?: object; spec?: object; status?: object } = {},
): KubeObject => ({
  apiVersion: 'kiavi.eu/v1alpha1',
  kind: 'KiaviTenant',
  metadata: {
    name: 'acme',
    namespace: 'customers',
    uid: 'uid-1',
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['kiavi.eu/tenant'],
    ...change.metadata,
  },
  spec: { host: 'auth.acme.eu', ...change.spec },
  status: { tenantID, className: 'default', ...change.status },
})

export const tenant = (change: Parameters<typeof tenantObject>[0] = {}): Tenant =>
  readTenant(tenantObject(change))

export const rendering = (change: Partial<Rendering> = {}): Rendering => ({
  tenantID,
  installationID: 'installation-1',
  owner: { namespace: 'customers', name: 'acme' },
  spec: tenantSpec.parse({ host: 'auth.acme.eu' }),
  class: tenantClass(),
  rpId: 'auth.acme.eu',
  servingImage: 'kiavi/runtime:1',
  databaseCA: undefined,
  operator,
  ...change,
})

export const observed = (change: Partial<Observed> = {}): Observed => ({
  class: { name: 'default', spec: tenantClass() },
  customerNamespace: { guarded: true, deleting: false },
  installationID: 'installation-1',
  classSecrets: { finding: undefined, databaseCA: undefined },
  orphans: [],
  living: new Set(),
  consents: [],
  claims: { held: [], ours: [], abandoned: [] },
  secrets: {
    passwords: 'absent',
    keys: 'absent',
    ledger: undefined,
    mountedKeySet: undefined,
    mounted: {
      'database-owner': 'absent',
      'database-app': 'absent',
      'signing-keys': 'absent',
      registry: 'absent',
    },
    unseen: false,
  },
  database: {
    state: 'seen',
    observed: { serverVersion: 180004, administrator: 'kiavi', roles: {} },
    marked: undefined,
    open: [],
  },
  children: new Map(),
  isSettled: isAsDesired,
  missingKinds: new Set(),
  ingressClassExists: false,
  pods: [],
  seenForMs: () => 0,
  foreignPolicies: [],
  isPublicSuffix: (host) => host === 'eu' || host === 'co.uk',
  ...change,
})
