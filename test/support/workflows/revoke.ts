/** From a revoke of the key that signs to a standby that signs in its place, and a new one beside it. */
import { type Workflow } from '../crash-lab.ts'
import { type KeyLab } from '../key-lab.ts'
import { isSettled, keysOnRecord, tenantWithKeys } from './keys.ts'

export const revoke: Workflow<KeyLab> = {
  name: 'revoke',
  prepare: tenantWithKeys,
  start: async (lab, tenant) => {
    const { Active: [kid] = [] } = await lab.phases(tenant)
    const signingKeys = { revoke: [{ kid, sessions: 'End' }] }
    await lab.world.controlPlane.client.call('PATCH', lab.path(tenant), { spec: { signingKeys } })
  },
  done: (lab, tenant) => isSettled(lab, tenant),
  pinned: keysOnRecord,
}
