/** What the policies refuse: one act each, of somebody whom RBAC allows it, and the sentence that answers. */
import {
  type Actors,
  event,
  namespace,
  networkPolicy,
  path,
  pod,
  roleBinding,
  secret,
  tenant,
  tenantID,
  tenantNamespace,
} from './actors.ts'
import { type Refusal, refusalsOfBackups } from './refusals-of-backups.ts'
import { restoreRefusals } from './restore-refusals.ts'

const ours = `kiavi-${tenantID}`
const withheld =
  'people sign in through tenant acme, so it is not deleted. To let go of the object and keep its data as an orphan, run: kubectl annotate kt acme -n customers kiavi.eu/release=k3x9q7w2ab and delete it again.'
const keepsFinalizer = 'the finalizer kiavi.eu/tenant keeps'
const ownLabels = 'only the operator sets, changes and takes off the labels'
const ownNamespaces = 'the operator makes namespaces named kiavi-<tenant ID> only'
const foreignNamespaces = 'on a namespace that is not its own the operator sets and takes off the label'
const ownersTenant = "a KiaviTenant is its owner's"
const bindsItself = 'the operator binds the ClusterRole kiavi-tenant-namespace to itself'
const stranger = { kind: 'ServiceAccount', name: 'default', namespace: 'customers' }

const labelsOf = (name: string, labels: Record<string, string | null>) =>
  [path.namespace(name), { metadata: { labels } }] as const

export const refusals: Refusal[] = [
  {
    policy: 'kiavi-tenant-deletion',
    rule: 0,
    act: ({ admin }) => admin.call('DELETE', path.tenant('acme')),
    says: withheld,
    because: 'an administrator deletes a tenant',
  },
  {
    policy: 'kiavi-tenant-deletion',
    rule: 0,
    act: ({ developer }) =>
      developer.call('DELETE', path.tenant('acme'), {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        gracePeriodSeconds: 0,
      }),
    says: withheld,
    because: 'a developer deletes a tenant by force',
  },
  {
    policy: 'kiavi-tenant-deletion',
    rule: 0,
    act: async ({ admin }) => {
      const wrong = { metadata: { annotations: { 'kiavi.eu/release': 'zzzzzzzzzz' } } }
      await admin.call('PATCH', path.tenant('acme'), wrong)
      await admin.call('DELETE', path.tenant('acme'))
    },
    says: withheld,
    because: "the release annotation names another tenant's ID, as a template would",
  },
  {
    policy: 'kiavi-tenant-finalizer',
    rule: 0,
    act: ({ admin }) => admin.call('PATCH', path.tenant('acme'), { metadata: { finalizers: null } }),
    says: keepsFinalizer,
    because: 'an administrator takes the finalizer off',
  },
  {
    policy: 'kiavi-tenant-finalizer',
    rule: 0,
    act: async ({ developer }) => {
      const { metadata } = await developer.call('GET', path.tenant('acme'))
      const { resourceVersion } = metadata
      return developer.call('PUT', path.tenant('acme'), {
        ...tenant('acme'),
        metadata: { name: 'acme', resourceVersion },
      })
    },
    says: keepsFinalizer,
    because: 'a replace from a file that never had it',
  },
  {
    policy: 'kiavi-tenant-status',
    rule: 0,
    act: ({ admin }) =>
      admin.call('PATCH', `${path.tenant('acme')}/status`, { status: { tenantID: 'zzzzzzzzzz' } }),
    says: "the tenant ID names the tenant's data",
    because: 'an ID that points at the data of another',
  },
  {
    policy: 'kiavi-tenant-status',
    rule: 0,
    act: ({ admin }) => admin.call('PATCH', `${path.tenant('acme')}/status`, { status: { tenantID: null } }),
    says: "the tenant ID names the tenant's data",
    because: 'an ID that is wiped, after which deletion would be allowed',
  },
  {
    policy: 'kiavi-namespace-deletion',
    rule: 0,
    act: ({ admin }) => admin.call('DELETE', path.namespace('customers')),
    says: 'the namespace holds KiaviTenants that people sign in through',
    because: "the customer's namespace goes",
  },
  {
    policy: 'kiavi-namespace-deletion',
    rule: 1,
    act: ({ admin }) => admin.call('DELETE', path.namespace(ours)),
    says: 'the namespace is where a KiaviTenant runs',
    because: "a tenant's own namespace goes",
  },
  {
    policy: 'kiavi-namespace-deletion',
    rule: 2,
    act: ({ admin }) => admin.call('DELETE', path.namespace('kiavi-system')),
    says: 'the namespace holds the signing keys and database passwords of every KiaviTenant',
    because: "the operator's namespace goes",
  },
  {
    policy: 'kiavi-tenant-network',
    rule: 0,
    act: ({ admin }) =>
      admin.call('POST', path.networkPolicies(ours), networkPolicy('debug', { ingress: [{}] })),
    says: 'a NetworkPolicy that allows something would open the tenant',
    because: "an administrator lets everybody in to a tenant's pods",
  },
  {
    policy: 'kiavi-tenant-network',
    rule: 0,
    act: ({ admin }) =>
      admin.call(
        'POST',
        path.networkPolicies(ours),
        networkPolicy('debug', { policyTypes: ['Egress'], egress: [{}] }),
      ),
    says: 'a NetworkPolicy that allows something would open the tenant',
    because: "an administrator lets a tenant's pods out to everywhere",
  },
  {
    policy: 'kiavi-namespace-labels',
    rule: 0,
    act: ({ admin }) => admin.call('PATCH', ...labelsOf('customers', { 'kiavi.eu/holds-tenants': null })),
    says: ownLabels,
    because: 'the guard label is taken off',
  },
  {
    policy: 'kiavi-namespace-labels',
    rule: 0,
    act: ({ admin }) =>
      admin.call('PATCH', ...labelsOf('customers', { 'kiavi.eu/managed-by': 'kiavi-operator' })),
    says: ownLabels,
    because: "a namespace is dressed up as the operator's",
  },
  {
    policy: 'kiavi-namespace-labels',
    rule: 0,
    act: ({ admin }) => admin.call('POST', path.namespaces, tenantNamespace('aaaaaaaaaa')),
    says: ownLabels,
    because: "a namespace is made as if it were the operator's",
  },
  {
    policy: 'kiavi-namespace-labels',
    rule: 0,
    act: ({ admin }) => admin.call('PATCH', ...labelsOf(ours, { 'kiavi.eu/managed-by': null })),
    says: ownLabels,
    because: "a tenant's namespace is hidden from the operator",
  },
  {
    policy: 'kiavi-namespace-labels',
    rule: 1,
    act: ({ admin }) =>
      admin.call('PATCH', ...labelsOf(ours, { 'pod-security.kubernetes.io/enforce': 'privileged' })),
    says: 'run under Pod Security "restricted"',
    because: 'a privileged pod could then read what tenants have mounted',
  },
  {
    policy: 'kiavi-crd-deletion',
    rule: 0,
    act: ({ admin }) => admin.call('DELETE', path.tenantCrd),
    says: 'deleting this definition deletes every object of its kind with it',
    because: 'the definition of tenants goes',
  },
  {
    policy: 'kiavi-tenant-class',
    rule: 0,
    act: ({ admin }) => {
      const made = tenant('elsewhere')
      return admin.call('POST', path.tenants('default'), { ...made, metadata: { name: 'elsewhere' } })
    },
    says: 'class default is not open to namespace default: write another className, or ask who runs the platform',
    because: 'the default class is for the namespace customers',
  },
  {
    policy: 'kiavi-tenant-class',
    rule: 1,
    act: ({ developer }) =>
      developer.call('POST', path.tenants(), tenant('other', { host: 'auth.xacme.eu' })),
    says: 'class default does not serve host auth.xacme.eu: write a host that is one of, or lies below: acme.eu',
    because: 'a host that merely ends like an allowed one',
  },
  {
    policy: 'kiavi-tenant-class',
    rule: 1,
    act: ({ developer }) =>
      developer.call('PATCH', path.tenant('acme'), { spec: { host: 'auth.other.eu', passkeys: null } }),
    says: 'class default does not serve host auth.other.eu',
    because: 'the host is changed to one that the class does not serve',
  },
  {
    policy: 'kiavi-tenant-class',
    rule: 2,
    act: ({ developer }) =>
      developer.call('PATCH', path.tenant('acme'), { spec: { tls: { issuerRef: { name: 'letsencrypt' } } } }),
    says: 'leave spec.tls out: class default exposes tenants through a Gateway, whose listener has the certificate',
    because: 'the certificate would never be used',
  },
  {
    policy: 'kiavi-class-deletion',
    rule: 0,
    act: ({ admin }) => admin.call('DELETE', `${path.classes}/default`),
    says: '1 tenant(s) live in class default, so it is not deleted',
    because: 'a class in use goes',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 0,
    act: ({ operator }) => operator.call('POST', path.secrets('customers'), secret('mine')),
    says: 'the operator writes only in namespaces labelled kiavi.eu/managed-by=kiavi-operator and in its own, not in customers',
    because: "the operator writes a Secret in a customer's namespace",
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 0,
    act: ({ operator }) => operator.call('DELETE', `${path.configMaps('kube-system')}/kube-root-ca.crt`),
    says: 'not in kube-system',
    because: 'the operator deletes something of the cluster',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 1,
    act: ({ operator }) => operator.call('PATCH', path.tenant('acme'), { spec: { displayName: 'Mine' } }),
    says: ownersTenant,
    because: 'the operator changes what the owner wants',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 1,
    act: ({ operator }) =>
      operator.call('PATCH', path.tenant('acme'), {
        metadata: { annotations: { 'kiavi.eu/release': tenantID } },
      }),
    says: ownersTenant,
    because: 'the operator releases a tenant by itself',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 1,
    act: ({ operator }) => operator.call('POST', path.tenants(), tenant('invented')),
    says: ownersTenant,
    because: 'the operator makes a tenant',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 2,
    act: ({ operator }) => operator.call('POST', path.events('default'), event('lie', 'Pod')),
    says: 'elsewhere the operator tells events of kiavi.eu kinds only',
    because: "the operator tells tales of others' pods",
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 3,
    act: ({ operator }) =>
      operator.call(
        'POST',
        path.secrets('kiavi-system'),
        secret('token', 'kubernetes.io/service-account-token', {
          'kubernetes.io/service-account.name': 'default',
        }),
      ),
    says: 'the operator makes Secrets of type Opaque and kubernetes.io/dockerconfigjson only',
    because: "such a Secret is filled with another account's token",
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 4,
    act: ({ operator }) => operator.call('POST', path.roleBindings('kiavi-system'), roleBinding('self')),
    says: bindsItself,
    because: 'the role is for namespaces of tenants only',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 4,
    act: ({ operator }) =>
      operator.call('POST', path.roleBindings(ours), roleBinding('other', 'cluster-admin')),
    says: bindsItself,
    because: 'the operator gives itself another role',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 4,
    act: ({ operator }) =>
      operator.call(
        'POST',
        path.roleBindings(ours),
        roleBinding('other', 'kiavi-tenant-namespace', stranger),
      ),
    says: bindsItself,
    because: 'the operator gives the role to somebody else',
  },
  {
    policy: 'kiavi-operator-objects',
    rule: 4,
    act: ({ operator }) => operator.call('DELETE', `${path.roleBindings('kiavi-system')}/kiavi-operator`),
    says: bindsItself,
    because: 'the operator takes rights away outside the namespaces of tenants',
  },
  ...[
    { change: { metadata: { labels: { app: 'mine' } } }, because: 'the operator labels a pod' },
    {
      change: { metadata: { annotations: { 'acme.eu/mine': 'yes' } } },
      because: 'the operator annotates a pod with something else than its key set',
    },
    {
      change: {
        spec: { containers: pod('web').spec.containers.map((each) => ({ ...each, image: 'mine:1' })) },
      },
      because: 'the operator puts another image into a running pod',
    },
  ].map(({ change, because }) => ({
    policy: 'kiavi-operator-objects',
    rule: 5,
    act: ({ operator }: Actors) => operator.call('PATCH', `${path.pods(ours)}/web`, change),
    says: 'of a pod the operator writes the annotation kiavi.eu/key-set only',
    because,
  })),
  ...refusalsOfBackups,
  ...restoreRefusals,
  {
    policy: 'kiavi-operator-namespaces',
    rule: 0,
    act: ({ operator }) => operator.call('POST', path.namespaces, namespace('anything')),
    says: ownNamespaces,
    because: 'the operator makes a namespace without its labels',
  },
  {
    policy: 'kiavi-operator-namespaces',
    rule: 0,
    act: ({ operator }) =>
      operator.call('PATCH', ...labelsOf(ours, { 'pod-security.kubernetes.io/enforce': null })),
    says: ownNamespaces,
    because: 'the operator lowers Pod Security',
  },
  {
    policy: 'kiavi-operator-namespaces',
    rule: 0,
    act: ({ operator }) => operator.call('PATCH', ...labelsOf(ours, { 'kiavi.eu/managed-by': null })),
    says: ownNamespaces,
    because: 'the operator gives a namespace away',
  },
  {
    policy: 'kiavi-operator-namespaces',
    rule: 1,
    act: ({ operator }) =>
      operator.call('PATCH', ...labelsOf('kube-system', { 'kiavi.eu/managed-by': 'kiavi-operator' })),
    says: foreignNamespaces,
    because: 'the operator takes a namespace that is not its own',
  },
  {
    policy: 'kiavi-operator-namespaces',
    rule: 1,
    act: ({ operator }) =>
      operator.call('PATCH', path.namespace('customers'), { metadata: { annotations: { a: 'b' } } }),
    says: foreignNamespaces,
    because: "the operator annotates a customer's namespace",
  },
]
