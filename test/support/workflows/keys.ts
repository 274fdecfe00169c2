/** What the workflows of signing keys have in common. */
import { type Tenant } from '../crash-lab.ts'
import { type KeyLab, shortestWaits } from '../key-lab.ts'
import { untilTenant } from '../ready-tenants.ts'
import { provisioning } from './provisioning.ts'

/** A tenant that is Ready, and whose standby every verifier may know by now. */
export async function tenantWithKeys(lab: KeyLab, tenant: Tenant): Promise<void> {
  await lab.create(tenant, shortestWaits)
  await untilTenant(lab, tenant, { what: 'being Ready', isSo: () => provisioning.done(lab, tenant) })
  lab.wait()
}

/**
 * One key signs, one stands by, the others (one unless told) are gone, and every pod serves just that. What there is no private half of cannot
 * sign any more.
 */
export async function isSettled(lab: KeyLab, tenant: Tenant, gone = 1): Promise<boolean> {
  const { Active = [], Published = [], Destroyed = [], ...others } = await lab.phases(tenant)
  if (Active.length !== 1 || Published.length !== 1 || Destroyed.length !== gone) return false
  if (Object.keys(others).length > 0 || !(await provisioning.done(lab, tenant))) return false
  const alive = [...Active, ...Published].sort()
  const tenantID = (await lab.tenantID(tenant)) ?? ''
  if (String((await lab.privateKids(tenantID)).sort()) !== String(alive)) return false
  const pods = await lab.podKeys(tenantID)
  return pods.every(
    ({ activeKid, published }) => activeKid === Active[0] && String(published.sort()) === String(alive),
  )
}

/** A key that was there stays on record, as the key that it was. */
export async function keysOnRecord(lab: KeyLab, tenant: Tenant): Promise<Record<string, string>> {
  const tenantID = await lab.tenantID(tenant)
  if (tenantID === undefined) return {}
  const keys = (await lab.ledger(tenantID))?.keys ?? []
  return {
    'the tenant ID': tenantID,
    ...Object.fromEntries(keys.map(({ kid, n }) => [`the key ${kid}`, n])),
  }
}
