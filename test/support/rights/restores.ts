import { restoreJobName } from '../../../operator/src/api/v1alpha1/names.ts'
import { collectionPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { customers, operatorNamespace } from '../operator-world/names.ts'
import { type Stage, type Story } from './stage.ts'

const jobsOf = async ({ world }: Stage): Promise<string[]> => {
  const { items } = await world.controlPlane.client.call<{ items: KubeJson[] }>(
    'GET',
    collectionPath(kinds.Job, operatorNamespace),
  )
  return items.map(({ metadata }) => metadata.name)
}

/** Somebody asks for a backup that only the store can know, and thinks better of it. */
export const restores: Story = {
  name: 'a restore is asked for, its Job looks into the store, and it is taken back',
  tell: async (stage) => {
    const { world, tenant } = stage
    const { client } = world.controlPlane
    await client.call('POST', `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavirestores`, {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviRestore',
      metadata: { name: 'asked-for', namespace: customers },
      spec: {
        ...{ tenantName: tenant.name, mode: 'InPlace', sourceTenantID: tenant.tenantID },
        ...{ sequence: 4711, confirmedStartedAt: '2026-11-22T02:00:00Z' },
      },
    })
    const job = restoreJobName(tenant.tenantID, 1, 'find')
    await eventually(
      'The Job of the restore',
      async () => ((await jobsOf(stage)).includes(job) ? job : undefined),
      60_000,
    )
    await world.controlPlane.kubectl(['delete', 'kr', 'asked-for', '-n', customers, '--timeout=60s'])
    await eventually(
      'Its Job being taken away',
      async () => ((await jobsOf(stage)).includes(job) ? undefined : true),
      60_000,
    )
  },
}
