import { type TenantStatus } from '../../../operator/src/api/v1alpha1/tenant.ts'
import { type KubeClient, type KubeJson } from '../../cluster/kube-client.ts'

export interface KeyClientTenant {
  client: KubeClient
  /** Of the KiaviTenant, in the API. */
  path: string
}

type KeyStatus = NonNullable<TenantStatus['keys']>[number]

/** `status.keys`. */
export async function keysOf({ client, path }: KeyClientTenant): Promise<KeyStatus[]> {
  const { status } = await client.call<KubeJson & { status?: TenantStatus }>('GET', path)
  return status?.keys ?? []
}

export const kidIn = (keys: readonly KeyStatus[], phase: KeyStatus['phase']): string | undefined =>
  keys.find((key) => key.phase === phase)?.kid
