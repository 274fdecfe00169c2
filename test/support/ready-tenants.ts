/** Tenants of a world, made and waited for. */
import { type Tenant } from './crash-lab.ts'
import { eventually } from './eventually.ts'
import { type LabWorld } from './operator-world/lab-world.ts'
import { customers } from './operator-world/names.ts'
import { type TenantLab, type TenantObject } from './tenant-lab.ts'
import { provisioning } from './workflows/provisioning.ts'

export interface ReadyTenant extends Tenant {
  tenantID: string
}

/** Makes so many tenants at once, with the shortest keys that are allowed, and waits until each is Ready. */
export async function readyTenants(
  lab: TenantLab,
  count: number,
  limitMs = 60_000 + count * 15_000,
): Promise<ReadyTenant[]> {
  const tenants = Array.from({ length: count }, lab.newTenant)
  for (const tenant of tenants) await provisioning.start(lab, tenant)
  for (const tenant of tenants) await untilReady(lab, tenant, limitMs)
  return Promise.all(
    tenants.map(async (tenant) => ({ ...tenant, tenantID: (await lab.tenantID(tenant)) ?? '' })),
  )
}

/** Fails with what the tenant's conditions say. */
export async function untilTenant(
  lab: TenantLab,
  tenant: Tenant,
  {
    what,
    isSo,
    limitMs = 90_000,
  }: { what: string; isSo: () => Promise<boolean>; limitMs?: number | undefined },
): Promise<void> {
  try {
    await eventually(`KiaviTenant ${tenant.name} ${what}`, isSo, limitMs)
  } catch (error) {
    throw new Error(`${(error as Error).message} ${await lab.describe(tenant)}`, { cause: error })
  }
}

export const untilReady = (lab: TenantLab, tenant: Tenant, limitMs?: number): Promise<void> =>
  untilTenant(lab, tenant, { what: 'being Ready', isSo: () => provisioning.done(lab, tenant), limitMs })

export const tenantPath = (name: string): string =>
  `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants/${name}`

/** Waits until the operator has written nothing for so long. */
export const quiet = ({ injector: { ledger } }: LabWorld, quietMs: number, limitMs = 120_000) =>
  eventually('The operator coming to rest', () => Promise.resolve(ledger.quietFor() > quietMs), limitMs)

/** The condition of a tenant, once it is as asked. */
export const condition = (object: TenantObject | undefined, type: string) =>
  object?.status?.conditions?.find((each) => each.type === type)
