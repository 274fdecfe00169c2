/** From somebody's KiaviBackup to a bundle and a manifest in the store, and a record of them. */
import { type Workflow } from '../crash-lab.ts'
import { untilTenant } from '../ready-tenants.ts'
import { type StoreLab } from '../store-lab.ts'
import { provisioning } from './provisioning.ts'

const isCompleted = async (lab: StoreLab, tenant: Parameters<StoreLab['backup']>[0], which: string) => {
  const ready = (await lab.backup(tenant, which))?.status?.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True'
}

export const backup: Workflow<StoreLab> = {
  name: 'backup',
  /** The second one is crossed: in a new world the first makes the installation's key, too. */
  prepare: async (lab, tenant) => {
    await lab.create(tenant)
    await untilTenant(lab, tenant, { what: 'being Ready', isSo: () => provisioning.done(lab, tenant) })
    await lab.backUp(tenant, 'first')
    await untilTenant(lab, tenant, { what: 'being backed up', isSo: () => isCompleted(lab, tenant, 'first') })
  },
  start: (lab, tenant) => lab.backUp(tenant, 'second'),
  done: async (lab, tenant) => {
    const { backups } = (await lab.find(tenant))?.status ?? {}
    const second = await lab.backup(tenant, 'second')
    return (await isCompleted(lab, tenant, 'second')) && backups?.lastSequence === second?.status?.sequence
  },
  /** What was backed up before is kept, whatever becomes of the next one. */
  pinned: async (lab, tenant) => {
    const first = (await lab.backup(tenant, 'first'))?.status
    return { 'the first backup': `${first?.object ?? 'none'} ${first?.sha256 ?? ''}` }
  },
}
