/** From a person's word to a standby that signs, a new one beside it, and the old key gone for good. */
import { annotation } from '../../../operator/src/api/v1alpha1/names.ts'
import { type Workflow } from '../crash-lab.ts'
import { type KeyLab } from '../key-lab.ts'
import { isSettled, keysOnRecord, tenantWithKeys } from './keys.ts'

export const rotation: Workflow<KeyLab> = {
  name: 'rotation',
  prepare: tenantWithKeys,
  start: async (lab, tenant) => {
    const annotations = { [annotation.rotateKeys]: 'now' }
    await lab.world.controlPlane.client.call('PATCH', lab.path(tenant), { metadata: { annotations } })
  },
  done: async (lab, tenant) => {
    if (await isSettled(lab, tenant)) return true
    // All that can be done at once is done: what is left is a matter of time.
    const keys = (await lab.find(tenant))?.status?.keys ?? []
    const { Generated = [], Published = [] } = await lab.phases(tenant)
    const retiring = keys.find(({ phase }) => phase === 'Retiring')
    const untouched = keys.length === 2
    if (Generated.length === 0 && Published.length === 1 && (untouched || retiring?.nextAt !== undefined))
      lab.wait()
    return false
  },
  pinned: keysOnRecord,
}
