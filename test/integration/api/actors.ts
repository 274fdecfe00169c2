/** Who acts in the tests of the policies, and the objects they act on. */
import { type ControlPlane } from '../../cluster/control-plane.ts'
import { type KubeClient, type KubeJson } from '../../cluster/kube-client.ts'
import { goodGatewayClass, goodIngressClass, goodTenant, type SpecObject } from './good-objects.ts'

export const operatorNamespace = 'kiavi-system'
export const tenantID = 'k3x9q7w2ab'
const kiavi = '/apis/kiavi.eu/v1alpha1'

export const path = {
  namespaces: '/api/v1/namespaces',
  namespace: (name: string) => `/api/v1/namespaces/${name}`,
  secrets: (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`,
  configMaps: (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`,
  pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  events: (namespace: string) => `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
  roleBindings: (namespace: string) =>
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
  networkPolicies: (namespace: string) =>
    `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
  tenants: (namespace = 'customers') => `${kiavi}/namespaces/${namespace}/kiavitenants`,
  tenant: (name: string) => `${kiavi}/namespaces/customers/kiavitenants/${name}`,
  classes: `${kiavi}/kiavitenantclasses`,
  backups: (namespace = 'customers') => `${kiavi}/namespaces/${namespace}/kiavibackups`,
  restores: (namespace = 'customers') => `${kiavi}/namespaces/${namespace}/kiavirestores`,
  jobs: (namespace: string) => `/apis/batch/v1/namespaces/${namespace}/jobs`,
  tenantCrd: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/kiavitenants.kiavi.eu',
}

export interface Actors {
  /** cluster-admin. */
  admin: KubeClient
  /** The operator's ServiceAccount with the rights that the chart gives it. */
  operator: KubeClient
  /** Has `edit` in the namespace customers. */
  developer: KubeClient
}

export async function actors(cluster: ControlPlane): Promise<Actors> {
  const [operator, developer] = await Promise.all([
    cluster.clientFor({ serviceAccount: { namespace: operatorNamespace, name: 'kiavi-operator' } }),
    cluster.clientFor({ user: 'dora' }),
  ])
  return { admin: cluster.client, operator, developer }
}

export const namespace = (name: string, labels: Record<string, string> = {}): KubeJson => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})

export const tenantNamespace = (id: string) =>
  namespace(`kiavi-${id}`, {
    'kiavi.eu/managed-by': 'kiavi-operator',
    'kiavi.eu/tenant-id': id,
    'pod-security.kubernetes.io/enforce': 'restricted',
  })

export const secret = (name: string, type = 'Opaque', annotations: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, annotations },
  type,
})

export const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })

const operatorSubject = {
  kind: 'ServiceAccount',
  name: 'kiavi-operator',
  namespace: operatorNamespace,
}

export const roleBinding = (
  name: string,
  role = 'kiavi-tenant-namespace',
  subject: object = operatorSubject,
) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [subject],
})

export const event = (name: string, kind: string) => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name },
  eventTime: '2026-11-22T00:00:00.000000Z',
  reportingController: 'kiavi.eu/operator',
  reportingInstance: 'kiavi-operator-0',
  action: 'Provision',
  reason: 'Provisioned',
  type: 'Normal',
  regarding: { apiVersion: kind === 'Pod' ? 'v1' : 'kiavi.eu/v1alpha1', kind, name: 'acme' },
})

export const tenant = (name: string, spec: object = {}): SpecObject => ({
  ...goodTenant(),
  metadata: { name, namespace: 'customers' },
  spec: { host: `${name}.acme.eu`, ...spec },
})

export const backup = (name: string, spec: object = {}) => ({
  apiVersion: 'kiavi.eu/v1alpha1',
  kind: 'KiaviBackup',
  metadata: { name, namespace: 'customers' },
  spec: { tenantName: 'acme', ...spec },
})

export const restore = (name: string, spec: object = {}) => ({
  apiVersion: 'kiavi.eu/v1alpha1',
  kind: 'KiaviRestore',
  metadata: { name, namespace: 'customers' },
  spec: { tenantName: 'acme', mode: 'Drill', sourceTenantID: tenantID, ...spec },
})

/** A Job that runs as this ServiceAccount. */
export const job = (name: string, serviceAccountName: string, automountServiceAccountToken = false) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    template: {
      spec: {
        ...{ serviceAccountName, automountServiceAccountToken, restartPolicy: 'Never' },
        containers: [{ name: 'dump', image: 'jobs:1' }],
      },
    },
  },
})

/** The default class: a Gateway, hosts below acme.eu, tenants from the namespace customers. */
export const gatewayClass = (): SpecObject => {
  const made = goodGatewayClass()
  return { ...made, metadata: { ...made.metadata, annotations: { 'kiavi.eu/is-default-class': 'true' } } }
}

export const ingressClass = (): SpecObject => ({ ...goodIngressClass(), metadata: { name: 'ingress' } })

/** The order of the operator: finalizer, guard label on the namespace, ID. */
export async function mint({ operator }: Actors, name: string, id: string): Promise<void> {
  await operator.call('PATCH', path.tenant(name), { metadata: { finalizers: ['kiavi.eu/tenant'] } })
  await operator.call('PATCH', path.namespace('customers'), {
    metadata: { labels: { 'kiavi.eu/holds-tenants': 'true' } },
  })
  await operator.call('PATCH', `${path.tenant(name)}/status`, { status: { tenantID: id } })
}

/** A NetworkPolicy over every pod of its namespace. */
export const networkPolicy = (name: string, rules: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: {}, ...rules },
})

/** A pod that waits for ever to be scheduled, as Pod Security "restricted" lets it in. */
export const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    automountServiceAccountToken: false,
    schedulingGates: [{ name: 'kiavi.eu/never' }],
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'web',
        image: 'web:1',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
})
