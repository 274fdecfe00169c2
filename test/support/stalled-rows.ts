/** For each reason why only a person can help: how one comes there, and the sentence that says what to write. */
import { escapeIdentifier } from 'pg'
import { child, databaseNames, masterSecret, tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { type Reason } from '../../operator/src/controllers/tenant/reasons.ts'
import { type KubeJson } from '../cluster/kube-client.ts'
import { type Tenant } from './crash-lab.ts'
import { eventually } from './eventually.ts'
import { type Class, classPath, type Mischief } from './mischief.ts'
import { operatorNamespace } from './operator-world/names.ts'
import { type ReadyTenant, tenantPath } from './ready-tenants.ts'

export interface StalledRow {
  reason: Reason
  /** Brings a tenant there. */
  provoke: (mischief: Mischief) => Promise<Tenant>
  says: RegExp
  /** Puts back what other rows need. */
  undo?: (mischief: Mischief) => Promise<unknown>
  /** Goes wrong with a tenant that is Ready. */
  takesReady?: true
  /** Cannot be applied past the CRD's own rules: those are taken away first. */
  pastTheDoor?: true
}

const without = (spec: Class['spec'], field: string) =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => name !== field))
const databaseOf = ({ tenantID }: ReadyTenant) => escapeIdentifier(databaseNames(tenantID).database)
const defaultMark = (value: string | null) => ({
  metadata: { annotations: { 'kiavi.eu/is-default-class': value } },
})
const guard = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
const platform = {
  policy: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  name: 'platform-wants-a-cost-centre',
}

export const stalledRows: StalledRow[] = [
  {
    reason: 'ClassNotFound',
    provoke: (m) => m.newTenant({ className: 'nowhere' }),
    says: /KiaviTenantClass nowhere does not exist\. Make it, or name another in spec\.className/,
  },
  {
    reason: 'NoDefaultClass',
    provoke: async (m) => {
      await m.client.call('PATCH', classPath('default'), defaultMark(null))
      return m.newTenant()
    },
    says: /no KiaviTenantClass is marked kiavi\.eu\/is-default-class=true\. Set one of the two/,
    undo: (m) => m.client.call('PATCH', classPath('default'), defaultMark('true')),
  },
  {
    reason: 'TwoDefaultClasses',
    provoke: async (m) => {
      await m.newClass('second', (spec) => spec, { 'kiavi.eu/is-default-class': 'true' })
      return m.newTenant()
    },
    says: /default, second\. Unmark all but one, or set spec\.className/,
    undo: (m) => m.client.call('DELETE', classPath('second')),
  },
  {
    reason: 'NotAllowedByClass',
    provoke: async (m) => {
      // The class does not exist yet: no policy can judge.
      const tenant = await m.newTenant({ className: 'narrow' })
      await m.newClass('narrow', (spec) => ({ ...spec, allowedNamespaces: ['elsewhere'] }))
      return tenant
    },
    says: /narrow .*allowedNamespaces/s,
  },
  {
    reason: 'PublicSuffix',
    provoke: (m) => m.newTenant({ host: 'auth.example.co.uk', passkeys: { rpId: 'co.uk' } }),
    says: /rpId co\.uk is a public suffix.*Set spec\.passkeys\.rpId to a domain of your own, such as auth\.example\.co\.uk/s,
  },
  {
    reason: 'OrphanFound',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.release(tenant)
      return m.newTenant({ host: tenant.host }, { name: tenant.name })
    },
    says: /To go on with them set spec\.adoptTenantID: [a-z0-9]{10}\. To begin anew .* annotate kiavi\.eu\/ignore-orphan=/,
  },
  {
    reason: 'OrphanNotFound',
    provoke: (m) => m.newTenant({ adoptTenantID: 'a123456789' }),
    says: /Check the ID and the class; to begin anew remove spec\.adoptTenantID/,
  },
  {
    reason: 'AdoptionNotAllowed',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.release(tenant)
      return m.newTenant({ adoptTenantID: tenant.tenantID })
    },
    says: /whoever runs the platform applies what follows, .*\napiVersion: kiavi\.eu\/v1alpha1\nkind: KiaviAdoption\n/s,
  },
  {
    reason: 'HostClaimed',
    takesReady: true,
    provoke: (m) => m.newTenant({ host: m.readyTenant().host }),
    says: /Choose another spec\.host, or have that tenant give it up/,
  },
  {
    reason: 'RpIdClaimed',
    takesReady: true,
    provoke: (m) => m.newTenant({ host: `below.${m.readyTenant().host}` }),
    says: /Set spec\.passkeys\.rpId to a domain that neither contains the other's nor lies below it/,
  },
  {
    reason: 'NameConflict',
    provoke: async (m) => {
      await m.world.operator.stop()
      const tenantID = 'strangerns'
      const metadata = { name: tenantNamespace(tenantID) }
      await m.client.call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
      const tenant = await m.newTenant()
      // As an operator of before did, that was stopped here.
      const operator = await m.world.controlPlane.clientFor({
        serviceAccount: { namespace: operatorNamespace, name: 'kiavi-operator' },
      })
      await operator.call('PATCH', tenantPath(tenant.name), { metadata: { finalizers: ['kiavi.eu/tenant'] } })
      await operator.call('PATCH', `${tenantPath(tenant.name)}/status`, {
        status: { tenantID, className: 'default' },
      })
      await m.world.operator.start()
      return tenant
    },
    says: /does not bear our labels, so it is not touched\. .*keep what you need of it elsewhere and delete it/,
  },
  {
    reason: 'SecretNotFound',
    provoke: async (m) => {
      const className = await m.newClass('secretless', (spec) => ({
        ...spec,
        database: { ...spec.database, adminSecretName: 'missing' },
      }))
      return m.newTenant({ className })
    },
    says: /Secret missing in namespace kiavi-system.*must exist with non-empty keys username, password/,
  },
  {
    reason: 'DeletedWithoutTermination',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.client.call('DELETE', `${guard}/kiavi-tenant-deletion`)
      await eventually('The tenant being deleted past its guard', () =>
        m.client.call('DELETE', tenantPath(tenant.name)).catch(() => undefined),
      )
      return tenant
    },
    says: /annotate kiavi\.eu\/release=[a-z0-9]{10}; to keep the tenant apply it again afterwards with spec\.adoptTenantID/,
  },
  {
    reason: 'PauseInvalid',
    provoke: (m) => m.newTenant({}, { annotations: { 'kiavi.eu/paused-until': 'tomorrow' } }),
    says: /"tomorrow" is not an instant\. Write one such as 2026-01-31T18:00:00Z, or remove it/,
  },
  {
    reason: 'ChangeRefused',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      const group = { apiVersion: 'admissionregistration.k8s.io/v1' }
      await m.client.call('POST', platform.policy, {
        ...group,
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: platform.name },
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['services'] },
            ],
          },
          validations: [{ expression: 'false', message: 'Services need the label cost-centre' }],
        },
      })
      await m.client.call('POST', guard, {
        ...group,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: platform.name },
        spec: { policyName: platform.name, validationActions: ['Deny'] },
      })
      const services = `/api/v1/namespaces/${tenantNamespace(tenant.tenantID)}/services`
      const probe = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'probe' },
        spec: { ports: [{ port: 1 }] },
      }
      await eventually('The platform refusing Services', () =>
        m.client.call('POST', `${services}?dryRun=All`, probe).then(
          () => false,
          () => true,
        ),
      )
      await m.client.call('DELETE', `${services}/${child.runtime}`)
      return tenant
    },
    says: /The API server refuses what has to be written: .*Services need the label cost-centre/s,
    undo: async (m) => {
      await m.client.call('DELETE', `${guard}/${platform.name}`)
      await m.client.call('DELETE', `${platform.policy}/${platform.name}`)
    },
  },
  {
    reason: 'DatabaseRefused',
    provoke: async (m) => {
      await m.client.call('POST', `/api/v1/namespaces/${operatorNamespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'wrong-admin' },
        stringData: { username: 'kiavi_admin', password: 'not-the-password' },
      })
      const className = await m.newClass('wrong', (spec) => ({
        ...spec,
        database: { ...spec.database, adminSecretName: 'wrong-admin' },
      }))
      return m.newTenant({ className })
    },
    says: /password/,
  },
  {
    reason: 'DatabaseLost',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.sql(`DROP DATABASE ${databaseOf(tenant)} WITH (FORCE)`)
      return tenant
    },
    says: /is gone, and it was there before\. Nothing is made in its place\. Restore it from a backup/,
  },
  {
    reason: 'DatabaseNotOwned',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.sql(`ALTER DATABASE ${databaseOf(tenant)} OWNER TO postgres`)
      return tenant
    },
    says: /As superuser: ALTER DATABASE "?kiavi_[a-z0-9]{10}"? OWNER TO "?kiavi_admin"?;/,
  },
  {
    reason: 'ForeignObjects',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.sql('CREATE TABLE auth.eve (id int)', databaseNames(tenant.tenantID).database)
      return tenant
    },
    says: /auth\.eve \(postgres\)\. Give them to it or drop them/,
  },
  {
    reason: 'ConnectionBudget',
    provoke: async (m) => {
      const className = await m.newClass('small', (spec) => ({
        ...spec,
        database: { ...spec.database, maxConnections: 10 },
      }))
      return m.newTenant({ className })
    },
    says: /Lower spec\.runtime\.replicas, remove tenants, or have database\.maxConnections of the class raised/,
  },
  {
    reason: 'GrowthHeld',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      const budget = { spec: { database: { maxConnections: 10 } } }
      await m.client.call('PATCH', classPath('default'), budget)
      await m.client.call('PATCH', tenantPath(tenant.name), { spec: { runtime: { replicas: 3 } } })
      return tenant
    },
    says: /Lower spec\.runtime\.replicas, remove tenants, or have database\.maxConnections of the class raised/,
    undo: (m) =>
      m.client.call('PATCH', classPath('default'), { spec: { database: { maxConnections: null } } }),
  },
  {
    reason: 'SigningKeysLost',
    takesReady: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      await m.world.operator.stop()
      const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`
      await m.client.call(
        'DELETE',
        `${secrets(operatorNamespace)}/${masterSecret.signingKeys(tenant.tenantID)}`,
      )
      await m.client.call('DELETE', `${secrets(tenantNamespace(tenant.tenantID))}/${child.signingKeys}`)
      await m.world.operator.start()
      return tenant
    },
    says: /Put the Secret back from a backup of the cluster; .* a KiaviAdoption for [a-z0-9]{10} with newSigningKey: true/,
  },
  {
    reason: 'MigrationFailed',
    provoke: async (m) => {
      // An image that no node has: the Job waits, until its time is over.
      const className = await m.newClass('broken', (spec) => ({
        ...spec,
        runtime: { ...spec.runtime, image: 'kiavi/broken:1' },
      }))
      const tenant = await m.newTenant({ className })
      const job = await eventually(
        'The migration Job being made',
        async () => {
          const tenantID = await m.lab.tenantID(tenant)
          if (tenantID === undefined) return undefined
          const jobs = `/apis/batch/v1/namespaces/${tenantNamespace(tenantID)}/jobs`
          const { items } = await m.client.call<{ items: KubeJson[] }>('GET', jobs)
          return items[0] && `${jobs}/${items[0].metadata.name}`
        },
        90_000,
      )
      await m.world.operator.stop()
      await m.client.call('PATCH', job, { spec: { activeDeadlineSeconds: 1 } })
      interface Failing {
        status?: { conditions?: { type: string; status: string }[] }
      }
      await eventually('The Job failing', async () =>
        (await m.client.call<Failing>('GET', job)).status?.conditions?.some(
          ({ type, status }) => type === 'Failed' && status === 'True',
        ),
      )
      await m.world.operator.start()
      return tenant
    },
    says: /what served before goes on serving\. Read why: kubectl -n kiavi-[a-z0-9]{10} logs job\/migrate-/,
  },
  {
    reason: 'GatewayApiMissing',
    provoke: async (m) => {
      const className = await m.newClass('gateway', (spec) => ({
        ...without(spec, 'ingress'),
        gateway: { name: 'public', namespace: 'gateways' },
      }))
      return m.newTenant({ className })
    },
    says: /Install the Gateway API, or let the class name an ingress/,
  },
  {
    reason: 'IngressClassNotFound',
    provoke: async (m) => {
      const className = await m.newClass('nobody', (spec) => ({ ...spec, ingress: { className: 'nobody' } }))
      return m.newTenant({ className })
    },
    says: /IngressClass nobody.*Install its controller, or correct ingress\.className of the class/,
  },
  {
    reason: 'NoExposure',
    pastTheDoor: true,
    provoke: async (m) => {
      const className = await m.newClass('closed', (spec) => without(spec, 'ingress'))
      return m.newTenant({ className })
    },
    says: /names neither gateway nor ingress, so nobody can reach the tenant\. Set one of them/,
  },
  {
    reason: 'SpecUnreadable',
    pastTheDoor: true,
    provoke: (m) => m.newTenant({ tokens: { accessTokenSeconds: 999_999 } }),
    says: /The spec does not say what this version understands: .*accessTokenSeconds/,
  },
  {
    reason: 'ClassUnreadable',
    pastTheDoor: true,
    provoke: async (m) => {
      const className = await m.newClass('odd', (spec) => ({
        ...spec,
        runtime: { ...spec.runtime, replicas: 999_999 },
      }))
      return m.newTenant({ className })
    },
    says: /KiaviTenantClass odd does not say what this version understands: spec\.runtime\.replicas/,
  },
  {
    reason: 'RpIdPinned',
    takesReady: true,
    pastTheDoor: true,
    provoke: async (m) => {
      const tenant = m.readyTenant()
      const rpId = tenant.host.split('.').slice(1).join('.')
      await m.client.call('PATCH', tenantPath(tenant.name), { spec: { passkeys: { rpId } } })
      return tenant
    },
    says: /people's passkeys are bound to .* Set spec\.passkeys\.rpId back to .*; for another rpId make a new tenant/,
  },
]
