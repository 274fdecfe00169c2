/** From somebody's KiaviRestore to the backup in the place of what was there, and the tenant serving it. */
import { type Workflow } from '../crash-lab.ts'
import { type StoreLab } from '../store-lab.ts'
import { backedUp } from './backup.ts'
import { provisioning } from './provisioning.ts'

export const restore: Workflow<StoreLab> = {
  name: 'restore',
  // Closing and emptying two databases are several statements each, and leave no trace of their end.
  spareWrites: 4,
  // So does preparing one, until its Job is there.
  doneAnew: /^ALTER DEFAULT PRIVILEGES /,
  prepare: backedUp,
  start: (lab, tenant) => lab.restore(tenant),
  done: async (lab, tenant) => {
    const ready = (await lab.restored(tenant))?.status?.conditions?.find(({ type }) => type === 'Ready')
    return ready?.status === 'True' && (await provisioning.done(lab, tenant))
  },
  pinned: async (lab, tenant) => ({ 'the tenant ID': (await lab.tenantID(tenant)) ?? '' }),
}
