/** From a KiaviTenant to a tenant that is Ready. */
import { type Tenant, type Workflow } from '../crash-lab.ts'
import { type TenantLab } from '../tenant-lab.ts'

const readyNow = async (lab: TenantLab, tenant: Tenant) => {
  const object = await lab.find(tenant)
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready')
  const { observedGeneration, runtime } = object?.status ?? {}
  // One pod that proved itself makes a tenant Ready, and is counted a moment later.
  const counted = runtime !== undefined && runtime.readyReplicas === runtime.replicas
  return ready?.status === 'True' && counted && observedGeneration === object?.metadata.generation
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
