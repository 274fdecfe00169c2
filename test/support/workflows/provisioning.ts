/** From a KiaviTenant to a tenant that is Ready. */
import { type Tenant, type Workflow } from '../crash-lab.ts'
import { customers } from '../operator-world/names.ts'
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
  start: async (lab, { name, host }) => {
    await lab.world.controlPlane.client.call(
      'POST',
      `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants`,
      {
        apiVersion: 'kiavi.eu/v1alpha1',
        kind: 'KiaviTenant',
        metadata: { name, namespace: customers },
        // The shortest keys that are allowed: how long they take to make is not the matter here.
        spec: { host, signingKeys: { bits: 2048 } },
      },
    )
  },
  done: readyNow,
  pinned: async (lab, tenant) => {
    const tenantID = await lab.tenantID(tenant)
    if (tenantID === undefined) return {}
    const activeKid = await lab.activeKid(tenantID)
    return { 'the tenant ID': tenantID, ...(activeKid === undefined ? {} : { 'the active key': activeKid }) }
  },
}
