/** Many tenants at once, and what their status says. */
import { type KubeClient } from '../cluster/kube-client.ts'
import { cachedList } from '../cluster/process-kubelet/cached-list.ts'
import { customers } from '../support/operator-world/names.ts'
import { createTenant, type TenantObject, tenantsPath } from './apply-wave.ts'
import { type ShownKey } from './key-phases.ts'

export interface FleetTenant extends TenantObject {
  status?: NonNullable<TenantObject['status']> & { keys?: ShownKey[] }
}

export interface Fleet {
  names: readonly string[]
  tenant: (name: string) => FleetTenant | undefined
  keys: (name: string) => ShownKey[]
  isReady: (name: string) => boolean
  /** What its conditions and keys say, for whoever waits in vain. */
  describe: (name: string) => string
  stop: () => void
}

/** Makes them all; what becomes of them is followed until `stop`. */
export async function createFleet(
  client: KubeClient,
  names: readonly string[],
  spec: object,
): Promise<Fleet> {
  const stopping = new AbortController()
  const list = cachedList<FleetTenant>(client, tenantsPath, stopping.signal)
  await list.synced
  await Promise.all(names.map((name) => createTenant(client, name, spec)))
  const tenant = (name: string) => list.get(customers, name)
  const conditions = (name: string) => tenant(name)?.status?.conditions ?? []
  const keys = (name: string) => tenant(name)?.status?.keys ?? []
  return {
    names,
    tenant,
    keys,
    isReady: (name) => conditions(name).some(({ type, status }) => type === 'Ready' && status === 'True'),
    describe: (name) =>
      [
        ...conditions(name).map(({ type, status, message }) => `${type}=${status}: ${message}`),
        ...keys(name).map(({ kid, phase }) => `${kid.slice(0, 8)} ${phase}`),
      ].join('; '),
    stop: () => stopping.abort(),
  }
}
