import { tenantNamespace } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient } from '../cluster/kube-client.ts'

/** From now on nothing starts a pod in these tenants' namespaces, until what this gives is called. */
export async function noMorePods(
  client: KubeClient,
  tenants: readonly { tenantID: string }[],
): Promise<() => Promise<void>> {
  const quotas = tenants.map(
    ({ tenantID }) => `/api/v1/namespaces/${tenantNamespace(tenantID)}/resourcequotas`,
  )
  for (const path of quotas)
    await client.call('POST', path, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-more-pods' },
      spec: { hard: { pods: '0' } },
    })
  return async () => {
    for (const path of quotas) await client.call('DELETE', `${path}/no-more-pods`)
  }
}
