import { annotation } from '../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../kube/port.ts'
import { decode } from '../tenant/secrets/data.ts'

/** The key of Secret `installation` with the cluster that it was made in: the UID of namespace kube-system. */
export const clusterKey = 'cluster'

/**
 * Whether the cluster knows all tenants that there are. One in which the installation was not made has been rebuilt:
 * who is not in it may be about to come back, until a person says that all are.
 */
export function judgeMemory(record: KubeObject | undefined, clusterID: string | undefined): 'Whole' | 'Lost' {
  const known = [
    decode(record?.['data'])[clusterKey],
    record?.metadata.annotations?.[annotation.tenantsAreBack],
  ]
  return clusterID !== undefined && known.includes(clusterID) ? 'Whole' : 'Lost'
}
