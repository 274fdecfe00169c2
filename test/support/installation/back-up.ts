import { type BackupStatus } from '../../../operator/src/api/v1alpha1/backup.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { eventually } from '../eventually.ts'
import { applyObjects } from './install.ts'
import { type WorldTenant } from './world.ts'

interface Backup {
  status?: BackupStatus
}

/** Asks for a backup, and waits until it is completed; fails with its own sentence when it failed. */
export async function backUp(
  cluster: TestCluster,
  { namespace, name: tenantName }: Pick<WorldTenant, 'namespace' | 'name'>,
  name: string,
  limitMs = 180_000,
): Promise<{ status: BackupStatus }> {
  await applyObjects(cluster, [
    {
      ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviBackup' },
      ...{ metadata: { name, namespace }, spec: { tenantName } },
    },
  ])
  let last = 'nothing was said yet'
  return eventually(
    `Backup ${name}`,
    async () => {
      const text = await cluster.kubectl(['get', 'kb', name, '-n', namespace, '-o', 'json'])
      const { status } = JSON.parse(text) as Backup
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')
      if (ready !== undefined) last = `${ready.reason}: ${ready.message}`
      if (ready?.reason === 'Failed') throw new Error(`Backup ${name} failed: ${ready.message}`)
      return status !== undefined && ready?.status === 'True' && { status }
    },
    limitMs,
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : ''} (${last})`)
  })
}
