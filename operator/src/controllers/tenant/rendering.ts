import { type TenantClassSpec } from '../../api/v1alpha1/tenant-class.ts'
import { type TenantSpec } from '../../api/v1alpha1/tenant.ts'

/** Who we are in the cluster. */
export interface OperatorIdentity {
  namespace: string
  serviceAccount: string
  /** The ClusterRole that we bind to ourselves in each tenant's namespace. */
  tenantClusterRole: string
}

/** Everything that a tenant's children are made from, and nothing else: same rendering, byte-identical children. */
export interface Rendering {
  tenantID: string
  installationID: string
  /** The KiaviTenant. */
  owner: { namespace: string; name: string }
  spec: TenantSpec
  class: TenantClassSpec
  rpId: string
  /** Image of the serving pods: the class's, or the one before it until its migrations were applied. */
  servingImage: string
  /** PEM of the authority that signed the database server's certificate. */
  databaseCA: string | undefined
  /** What the class has no room to grow beyond, where more is asked for than that. */
  held?: Held | undefined
  operator: OperatorIdentity
}

/** Connections that a tenant has and keeps, and how its pods share them. */
export interface Held {
  limit: number
  replicas: number
  perPod: number
}

export const issuerOf = (host: string): string => `https://${host}`

export const replicasAsked = (spec: TenantSpec, tenantClass: TenantClassSpec): number =>
  spec.runtime.replicas ?? tenantClass.runtime.replicas

export const replicasOf = ({ spec, class: tenantClass, held }: Rendering): number =>
  held?.replicas ?? replicasAsked(spec, tenantClass)

export const poolSizeOf = ({ class: tenantClass, held }: Rendering): number =>
  held?.perPod ?? tenantClass.database.connectionsPerPod

export const rpIdOf = (spec: TenantSpec): string => spec.passkeys.rpId ?? spec.host
