/** From somebody's KiaviBackup to a bundle and a manifest in the store, and a record of them. */
import { type Tenant, type Workflow } from '../crash-lab.ts'
import { untilTenant } from '../ready-tenants.ts'
import { type StoreLab } from '../store-lab.ts'
import { provisioning } from './provisioning.ts'

export async function isCompleted(lab: StoreLab, tenant: Tenant, which: string): Promise<boolean> {
  const ready = (await lab.backup(tenant, which))?.status?.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True'
}

/** A tenant with one backup. Its drills come when they like: it has none. */
export async function backedUp(lab: StoreLab, tenant: Tenant): Promise<void> {
  await lab.create(tenant, { backups: { drillEveryDays: 0 } })
  await untilTenant(lab, tenant, { what: 'being Ready', isSo: () => provisioning.done(lab, tenant) })
  await lab.backUp(tenant, 'first')
  await untilTenant(lab, tenant, { what: 'being backed up', isSo: () => isCompleted(lab, tenant, 'first') })
}

/** What was backed up before is kept, whatever becomes of the next one. */
export async function firstBackup(lab: StoreLab, tenant: Tenant): Promise<Record<string, string>> {
  const first = (await lab.backup(tenant, 'first'))?.status
  return { 'the first backup': `${first?.object ?? 'none'} ${first?.sha256 ?? ''}` }
}

export const backup: Workflow<StoreLab> = {
  name: 'backup',
  /** The second one is crossed: in a new world the first makes the installation's key, too. */
  prepare: backedUp,
  start: (lab, tenant) => lab.backUp(tenant, 'second'),
  done: async (lab, tenant) => {
    const { backups } = (await lab.find(tenant))?.status ?? {}
    const second = await lab.backup(tenant, 'second')
    return (await isCompleted(lab, tenant, 'second')) && backups?.lastSequence === second?.status?.sequence
  },
  pinned: firstBackup,
}
