/** From a KiaviTenant to a tenant that is Ready. */
import { type Tenant, type Workflow } from '../crash-lab.ts'
import { type TenantLab } from '../tenant-lab.ts'

const readyNow = async (lab: TenantLab, tenant: Tenant) => {
  const object = await lab.find(tenant)
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready')
  const { observedGeneration, runtime, keys = [] } = object?.status ?? {}
  // One pod that proved itself makes a tenant Ready, and is counted a moment later; then its standby is known.
  const counted = runtime !== undefined && runtime.readyReplicas === runtime.replicas
  const seen = keys.length > 0 && keys.every(({ phase }) => phase !== 'Generated')
  return ready?.status === 'True' && counted && seen && observedGeneration === object?.metadata.generation
}

export const provisioning: Workflow<TenantLab> = {
  name: 'provisioning',
  start: (lab, tenant) => lab.create(tenant),
  done: readyNow,
  pinned: async (lab, tenant) => {
    const tenantID = await lab.tenantID(tenant)
    if (tenantID === undefined) return {}
    const activeKid = await lab.activeKid(tenantID)
    return { 'the tenant ID': tenantID, ...(activeKid === undefined ? {} : { 'the active key': activeKid }) }
  },
}
