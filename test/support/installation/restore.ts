import { type RestoreSpec, type RestoreStatus } from '../../../operator/src/api/v1alpha1/restore.ts'
import { type TestCluster } from '../../cluster/test-cluster.ts'
import { applyObjects } from './install.ts'
import { untilAskedIsReady } from './until-ready.ts'
import { type WorldTenant } from './world.ts'

/** Asks for a restore, and waits until it is completed; fails with its own sentence when it failed. */
export async function restore(
  cluster: TestCluster,
  { namespace, name: tenantName }: Pick<WorldTenant, 'namespace' | 'name'>,
  name: string,
  spec: Omit<Partial<RestoreSpec>, 'tenantName'>,
  told?: (line: string) => void,
): Promise<RestoreStatus> {
  await applyObjects(cluster, [
    {
      ...{ apiVersion: 'kiavi.eu/v1alpha1', kind: 'KiaviRestore' },
      ...{ metadata: { name, namespace }, spec: { tenantName, ...spec } },
    },
  ])
  return untilAskedIsReady<RestoreStatus>(
    cluster,
    { kind: 'kr', namespace, name },
    { limitMs: 600_000, ...(told === undefined ? {} : { told }) },
  )
}
