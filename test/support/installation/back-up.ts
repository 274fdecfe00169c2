import { type BackupStatus } from '../../../operator/src/api/v1alpha1/backup.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { applyObjects } from './install.ts'
import { untilAskedIsReady } from './until-ready.ts'
import { type WorldTenant } from './world.ts'

/** Asks for a backup, and waits until it is completed; fails with its own sentence when it failed. */
export async function backUp(
  cluster: TestCluster,
  { namespace, name: tenantName }: Pick<WorldTenant, 'namespace' | 'name'>,
  name: string,
  limitMs?: number,
): Promise<BackupStatus> {
  await applyObjects(cluster, [
    {
      ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviBackup' },
      ...{ metadata: { name, namespace }, spec: { tenantName } },
    },
  ])
  return untilAskedIsReady<BackupStatus>(
    cluster,
    { kind: 'kb', namespace, name },
    limitMs === undefined ? {} : { limitMs },
  )
}
