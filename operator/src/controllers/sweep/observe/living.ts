import { tenantClassSpec } from '../../../api/v1alpha1/tenant-class.ts'
import { label, manager } from '../../../api/v1alpha1/names.ts'
import { isTenantID } from '../../../backups/object-name.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { storePlace } from '../../backup/children/document.ts'
import { type ClassWithStore, hasStore } from '../../backup/rendering.ts'
import { type KnownTenant } from '../../backup/sweep/judge-tenant.ts'
import { canonical } from '../../canonical.ts'
import { Vault } from '../../tenant/vault.ts'
import { type SweepPorts } from '../ports.ts'

export interface Living {
  /** By tenant ID: whoever has a KiaviTenant, a namespace, or a database or role on a server. */
  tenants: Map<string, KnownTenant>
  /** False where a server could not be asked: then who is not found may live all the same. */
  isSure: boolean
}

/** Who lives, by live reads alone: of whom nothing is found, the last backup goes with its date. */
export async function observeLiving(tenantClass: ClassWithStore, ports: SweepPorts): Promise<Living> {
  const { cluster } = ports
  const [objects, namespaces, servers] = await Promise.all([
    cluster.list(kinds.KiaviTenant),
    cluster.list(kinds.Namespace, { labelSelector: `${label.managedBy}=${manager}` }),
    onServers(tenantClass, ports),
  ])
  const ids: unknown[] = [
    ...objects.map(({ status }) => (status as { tenantID?: unknown } | undefined)?.tenantID),
    ...namespaces.map(({ metadata }) => metadata.labels?.[label.tenantID]),
    ...servers.tenantIDs,
  ]
  const tenants = new Map<string, KnownTenant>()
  for (const id of ids) if (typeof id === 'string' && isTenantID(id)) tenants.set(id, { lives: true })
  return { tenants, isSure: servers.isSure }
}

/** Tenants with anything on the servers of the classes that share the store. */
async function onServers(
  tenantClass: ClassWithStore,
  { cluster, memory, database, checkKey, operator }: SweepPorts,
): Promise<{ tenantIDs: string[]; isSure: boolean }> {
  const store = (of: ClassWithStore) => canonical([storePlace(of), of.backups.store.volume])
  const sharing = memory.classes().flatMap((object) => {
    const parsed = tenantClassSpec.safeParse(object['spec'])
    // One that does not parse may share it.
    if (!parsed.success) return [undefined]
    return hasStore(parsed.data) && store(parsed.data) === store(tenantClass) ? [parsed.data] : []
  })
  const vault = new Vault(cluster, operator.namespace, checkKey)
  const found = await Promise.all(
    sharing.map(async (spec) => {
      if (!spec) return undefined
      try {
        const credentials = await vault.classCredentials(spec)
        return 'missing' in credentials ? undefined : [...(await database.sweep(credentials.server)).keys()]
      } catch {
        return undefined
      }
    }),
  )
  return { tenantIDs: found.flatMap((ids) => ids ?? []), isSure: found.every((ids) => ids !== undefined) }
}
