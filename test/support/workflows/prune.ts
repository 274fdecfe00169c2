/** From a backup that is past its date, of a tenant that is gone, to a store without it and a KiaviBackup that says so. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sweepJobName } from '../../../operator/src/api/v1alpha1/names.ts'
import { nextSweep, sweepSlot } from '../../../operator/src/controllers/backup/sweep/slot.ts'
import { classDigest } from '../../../operator/src/controllers/sweep/children/job.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type Tenant, type Workflow } from '../crash-lab.ts'
import { eventually } from '../eventually.ts'
import { forgetSweeps, leaveExpired } from '../expired-backup.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { type StoreLab } from '../store-lab.ts'
import { backedUp, firstBackup } from './backup.ts'

const className = 'default'
const classPath = `/apis/kiavi.eu/v1alpha1/kiavitenantclasses/${className}`

/** Whether this slot's sweep has been made and is over. */
async function isSwept({ world }: StoreLab): Promise<boolean> {
  const name = sweepJobName(classDigest(className), sweepSlot(className, new Date()))
  const job = await world.controlPlane.client.find<KubeJson & { status?: { succeeded?: number } }>(
    `/apis/batch/v1/namespaces/${operatorNamespace}/jobs/${name}`,
  )
  return job?.status?.succeeded === 1
}

/** A run is over before the hour's next sweep comes. */
async function untilSlotLasts(longestRunMs: number): Promise<void> {
  const leftMs = nextSweep(className, new Date()).getTime() - Date.now()
  if (leftMs < longestRunMs) await sleep(leftMs)
}

/** Another in each run: what one sweep found to be gone is remembered. */
const goneTenant = ({ name }: Tenant) => `gone${(/\d+$/.exec(name)?.[0] ?? '').padStart(6, '0')}`

export const prune: Workflow<StoreLab> = {
  name: 'prune',
  sweepsAreWrites: true,
  prepare: async (lab, tenant) => {
    await backedUp(lab, tenant)
    await untilSlotLasts(240_000)
    await eventually('The sweep of this hour', () => isSwept(lab), 120_000)
    const gone = { tenantName: `${tenant.name}-gone`, tenantID: goneTenant(tenant), sequence: 77 }
    await leaveExpired(lab, { name: lab.backupName(tenant, 'old'), ...gone })
  },
  start: async (lab, { name }) => {
    await forgetSweeps(lab)
    // A class that changes is looked at.
    await lab.world.controlPlane.client.call('PATCH', classPath, {
      metadata: { annotations: { 'test.kiavi.eu/looked-at-for': name } },
    })
  },
  done: async (lab, tenant) =>
    (await lab.backup(tenant, 'old'))?.status?.removedAt !== undefined && (await isSwept(lab)),
  pinned: firstBackup,
}
