import { label, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type HeldClaim, claimDomain, claimName, holderOf, isHeldBy, overlap, readClaim } from '../claims.ts'
import { project } from '../compare/projection.ts'
import { type ClaimsSeen } from '../observed.ts'
import { type TenantPorts } from '../ports.ts'
import { type Tenant } from '../tenant.ts'

type Ports = Pick<TenantPorts, 'cluster' | 'memory' | 'operator'>

/**
 * Who holds what we want. When both claims are remembered as ours, and as we wrote them, nothing is read; before
 * anything is claimed, taken or put back, what stands is read live.
 */
export async function observeClaims(
  tenant: Tenant,
  { host, rpId }: { host: string; rpId: string },
  { cluster, memory, operator }: Ports,
): Promise<ClaimsSeen> {
  const { namespace } = operator
  const remembered = memory
    .list(kinds.ConfigMap, namespace)
    .flatMap(({ name, projection }) => readClaim({ namespace, name }, projection) ?? [])
  const isOurs = (claim: HeldClaim) => isHeldBy(claim, holderOf(tenant))
  const names = [claimName({ kind: 'host', value: host }), claimName({ kind: 'rp', value: rpId })]
  const ours = remembered.filter(isOurs)
  const settled = names.every((name) =>
    ours.some(({ object, holder, whole }) => object === name && whole && holder.uid === tenant.uid),
  )
  if (settled) return { held: ours, ours, abandoned: [] }
  // Those of our own names by name: a label that finds them may be gone.
  const [named, related] = await Promise.all([
    Promise.all(names.map((name) => cluster.get(kinds.ConfigMap, { namespace, name }))),
    cluster.list(kinds.ConfigMap, { namespace, labelSelector: `${label.claimDomain}=${claimDomain(rpId)}` }),
  ])
  const live = new Map(
    [...named.filter((object) => object !== undefined), ...related].map((object) => [
      object.metadata.name,
      object,
    ]),
  )
  const held = [...live.values()]
    .flatMap((object) => toClaim(namespace, object))
    .filter((claim) => concerns(claim, names, rpId))
  const strangers = held.filter((claim) => claim.whole && !isOurs(claim))
  const gone = await Promise.all(strangers.map((claim) => isAbandoned(claim, { cluster })))
  return {
    held,
    ours: [...held.filter(isOurs), ...ours.filter(({ object }) => !live.has(object))],
    abandoned: strangers.filter((_, index) => gone[index]).map(({ object }) => object),
  }
}

function toClaim(namespace: string, object: KubeObject): HeldClaim[] {
  const { name, resourceVersion } = object.metadata
  const claim = readClaim({ namespace, name }, project(object), resourceVersion)
  return claim ? [claim] : []
}

const concerns = (claim: HeldClaim, names: string[], rpId: string) =>
  names.includes(claim.object) || (claim.kind === 'rp' && overlap(claim.value, rpId))

/** The KiaviTenant that made the claim is gone, and left nothing that could serve or be adopted. */
async function isAbandoned(
  { holder }: HeldClaim,
  { cluster }: Pick<TenantPorts, 'cluster'>,
): Promise<boolean> {
  const live = await cluster.get(kinds.KiaviTenant, { namespace: holder.namespace, name: holder.name })
  if (live?.metadata.uid === holder.uid) return false
  return (await cluster.get(kinds.Namespace, { name: tenantNamespace(holder.tenantID) })) === undefined
}
