import { type TenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { type Cluster } from '../../kube/port.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { hasStore, storeSecrets } from '../backup/rendering.ts'
import { type SweepNote } from '../sweep/note.ts'
import { decode } from '../tenant/secrets/data.ts'
import { type StoreSeen } from './judge-store.ts'

/** What can be known of a class's store without a Job, and what the last Job said; `undefined` where it has none. */
export async function observeStore(
  spec: TenantClassSpec,
  { cluster, namespace, note }: { cluster: Cluster; namespace: string; note: SweepNote | undefined },
): Promise<StoreSeen | undefined> {
  if (!hasStore(spec)) return undefined
  const { backups } = spec
  const lacking = await Promise.all(
    storeSecrets(backups).map(async ({ name, keys }) => {
      const files = decode((await cluster.get(kinds.Secret, { namespace, name }))?.['data'])
      return keys.some((key) => (files[key] ?? '') === '') ? [{ secret: name, keys }] : []
    }),
  )
  return { missing: lacking.flat()[0], recoveryRecipient: backups.recoveryRecipient, note }
}
