import { randomBytes } from 'node:crypto'
import { backupPolicyName } from '../../../operator/src/api/v1alpha1/names.ts'
import { makeAgeIdentity } from '../../../operator/src/backups/age-identity.ts'
import { collectionPath, objectPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { auditRequests } from '../audit-log.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { customers, operatorNamespace } from '../operator-world/names.ts'
import { type Stage, type Story } from './stage.ts'

const jobsOf = async ({ world, tenant }: Stage): Promise<KubeJson[]> => {
  const { items } = await world.controlPlane.client.call<{ items: KubeJson[] }>(
    'GET',
    collectionPath(kinds.Job, operatorNamespace),
  )
  return items.filter(({ metadata }) => metadata.labels?.['kiavi.eu/tenant-id'] === tenant.tenantID)
}

/** Somebody asks for a backup; no program stands for its image here, so that its Job waits for ever. */
export const backups: Story = {
  name: 'a class gets a store, a backup is asked for, and strangers are at what its Job may reach, and at the Job',
  tell: async (stage) => {
    const { world, tenant } = stage
    const { client, auditLog } = world.controlPlane
    const kubectl = (args: readonly string[]) => world.controlPlane.kubectl(args)
    const store = {
      store: { volume: { claimName: 'backups' } },
      recoveryRecipient: makeAgeIdentity(randomBytes).recipient,
    }
    await kubectl([
      'patch',
      'ktc',
      'default',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { backups: store } }),
    ])
    await client.call('POST', `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavibackups`, {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviBackup',
      metadata: { name: 'asked-for', namespace: customers },
      spec: { tenantName: tenant.name },
    })
    const longGone = objectPath(kinds.KiaviBackup, { namespace: customers, name: 'long-gone' })
    await client.call('POST', collectionPath(kinds.KiaviBackup, customers), {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviBackup',
      metadata: { name: 'long-gone', namespace: customers },
      spec: { tenantName: tenant.name },
    })
    await client.call('PATCH', `${longGone}/status`, {
      status: { className: 'default', removedAt: '2026-01-01T00:00:00Z' },
    })
    const job = await eventually('The Job of the backup', async () => (await jobsOf(stage))[0], 60_000)
    await eventually(
      'The operator asking how far it is',
      async () => (await auditRequests(auditLog)).some(({ resource }) => resource === '/pods/log'),
      60_000,
    )
    const policy = objectPath(kinds.NetworkPolicy, {
      namespace: operatorNamespace,
      name: backupPolicyName(tenant.tenantID),
    })
    await client.call('PATCH', policy, { metadata: { labels: { stranger: 'yes' } }, spec: { egress: [{}] } })
    await kubectl(['delete', 'job', job.metadata.name, '-n', operatorNamespace, '--timeout=60s'])
    await eventually(
      'The same Job being made again, behind the policy as it was',
      async () => {
        const [again] = await jobsOf(stage)
        const { spec } = await client.call<KubeJson & { spec: { egress: object[] } }>('GET', policy)
        return again?.metadata.uid !== job.metadata.uid && again !== undefined && spec.egress.length > 1
      },
      60_000,
    )
    await eventually(
      'A KiaviBackup being forgotten whose backup has been gone for long',
      async () => !(await kubectl(['get', 'kb', '-n', customers, '-o', 'name'])).includes('long-gone'),
      120_000,
    )
  },
}
