import { type TenantSpec, type TenantStatus, tenantSpec, tenantStatus } from '../../api/v1alpha1/tenant.ts'
import { type KubeObject } from '../../kube/port.ts'

/** A KiaviTenant as the mind reads it. */
export interface Tenant {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  generation: number
  createdAt: string
  deleting: boolean
  finalizers: string[]
  annotations: Record<string, string>
  /** Absent when it does not parse, which only an older or newer CRD lets in. */
  spec: TenantSpec | undefined
  /** What is wrong with the spec, field by field. */
  specFaults: string
  status: TenantStatus
}

export function readTenant(object: KubeObject): Tenant {
  const { metadata } = object
  const spec = tenantSpec.safeParse(object['spec'])
  const status = tenantStatus.safeParse(object['status'] ?? {})
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation ?? 0,
    createdAt: metadata.creationTimestamp ?? '',
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    annotations: metadata.annotations ?? {},
    spec: spec.success ? spec.data : undefined,
    specFaults: spec.success
      ? ''
      : spec.error.issues.map(({ path, message }) => `spec.${path.join('.')}: ${message}`).join('; '),
    // A status that does not parse was written by a stranger or a newer version: what can be saved is the identity.
    status: status.success ? status.data : salvage(object['status']),
  }
}

function salvage(raw: unknown): TenantStatus {
  const fields = (raw ?? {}) as Record<string, unknown>
  const kept: TenantStatus = {}
  for (const name of ['tenantID', 'className', 'rpId', 'database', 'keys', 'backups'] as const) {
    const parsed = tenantStatus.shape[name].safeParse(fields[name])
    if (parsed.success && parsed.data !== undefined) Object.assign(kept, { [name]: parsed.data })
  }
  return kept
}

export const keyOf = ({ namespace, name }: Pick<Tenant, 'namespace' | 'name'>) => `${namespace}/${name}`
