import { label, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type HeldClaim, claimDomain, claimName, overlap, readClaim } from '../claims.ts'
import { project } from '../compare/projection.ts'
import { type ClaimsSeen } from '../observed.ts'
import { type TenantPorts } from '../ports.ts'
import { type Tenant } from '../tenant.ts'

type Ports = Pick<TenantPorts, 'cluster' | 'memory' | 'operator'>

/**
 * Who holds what we want. When both claims are remembered as ours nothing is read; before anything is claimed or
 * taken, what stands is read live.
 */
export async function observeClaims(
  tenant: Tenant,
  tenantID: string,
  { host, rpId }: { host: string; rpId: string },
  { cluster, memory, operator }: Ports,
): Promise<ClaimsSeen> {
  const remembered = memory
    .list(kinds.ConfigMap, operator.namespace)
    .flatMap(({ name, projection }) => readClaim(name, projection) ?? [])
  const isOurs = ({ holder }: HeldClaim) => holder.tenantID === tenantID
  const names = [claimName({ kind: 'host', value: host }), claimName({ kind: 'rp', value: rpId })]
  const ours = remembered.filter(isOurs)
  const settled = names.every((name) =>
    ours.some(({ object, holder }) => object === name && holder.uid === tenant.uid),
  )
  if (settled) return { held: ours, ours, abandoned: [] }
  const namespace = operator.namespace
  const [hostClaim, related] = await Promise.all([
    cluster.get(kinds.ConfigMap, { namespace, name: names[0] ?? '' }),
    cluster.list(kinds.ConfigMap, { namespace, labelSelector: `${label.claimDomain}=${claimDomain(rpId)}` }),
  ])
  const live = new Map(
    [...(hostClaim ? [hostClaim] : []), ...related].map((object) => [object.metadata.name, object]),
  )
  const held = [...live.values()].flatMap(toClaim).filter((claim) => concerns(claim, names, rpId))
  const strangers = held.filter((claim) => claim.holder.uid !== tenant.uid)
  const gone = await Promise.all(strangers.map((claim) => isAbandoned(claim, tenantID, { cluster })))
  return {
    held,
    ours: [...held.filter(isOurs), ...ours.filter(({ object }) => !live.has(object))],
    abandoned: strangers.filter((_, index) => gone[index]).map(({ object }) => object),
  }
}

function toClaim(object: KubeObject): HeldClaim[] {
  const claim = readClaim(object.metadata.name, project(object), object.metadata.resourceVersion)
  return claim ? [claim] : []
}

const concerns = (claim: HeldClaim, names: string[], rpId: string) =>
  names.includes(claim.object) || (claim.kind === 'rp' && overlap(claim.value, rpId))

/** The KiaviTenant that made the claim is gone, and left nothing that could serve or be adopted. */
async function isAbandoned(
  { holder }: HeldClaim,
  tenantID: string,
  { cluster }: Pick<TenantPorts, 'cluster'>,
): Promise<boolean> {
  if (holder.tenantID === tenantID) return false
  const live = await cluster.get(kinds.KiaviTenant, { namespace: holder.namespace, name: holder.name })
  if (live?.metadata.uid === holder.uid) return false
  return (await cluster.get(kinds.Namespace, { name: tenantNamespace(holder.tenantID) })) === undefined
}
