import { type Tenant } from '../tenant.ts'

/** A KiaviTenant that was seen to hold a tenant ID. */
export interface Holder {
  namespace: string
  name: string
  tenantID: string
}

/**
 * Tenant IDs that other KiaviTenants hold. What is remembered under this tenant's own name is this tenant, or one
 * that is gone and whose deletion we have not been told yet: its ID is an orphan's, and hiding that would have a
 * fresh one minted beside the data.
 */
export function livingBeside(
  { namespace, name }: Pick<Tenant, 'namespace' | 'name'>,
  holders: readonly Holder[],
): ReadonlySet<string> {
  const others = holders.filter((holder) => holder.namespace !== namespace || holder.name !== name)
  return new Set(others.map(({ tenantID }) => tenantID))
}
