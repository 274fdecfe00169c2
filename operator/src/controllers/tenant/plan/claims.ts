import { type ClaimsSeen } from '../observed.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import {
  type Claim,
  type HeldClaim,
  claimName,
  claimObject,
  holderOf,
  isHeldBy,
  overlap,
  precedes,
  type wantedClaims,
} from '../claims.ts'
import { type Finding } from '../reasons.ts'
import { type OperatorIdentity } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'
import { type Ruling, halt, inOrder, nothing, todo } from './ruling.ts'

/** The host first, then the relying party: each is claimed before anything is made in its name. */
export function planClaims(
  tenant: Tenant,
  wanted: ReturnType<typeof wantedClaims>,
  seen: ClaimsSeen,
  operator: Pick<OperatorIdentity, 'namespace'>,
): Ruling {
  return inOrder(...wanted.map((claim) => () => planClaim(tenant, claim, seen, operator)))
}

function planClaim(
  tenant: Tenant,
  claim: Claim,
  seen: ClaimsSeen,
  { namespace }: Pick<OperatorIdentity, 'namespace'>,
): Ruling {
  const us = holderOf(tenant)
  const standing = seen.held.find(({ object }) => object === claimName(claim))
  const mine = standing && isHeldBy(standing, us) ? standing : undefined
  const rivals = seen.held.filter(
    (held) => standsInTheWay(claim, held) && !isHeldBy(held, us) && !seen.abandoned.includes(held.object),
  )
  const rival = rivals.find((held) => !mine || precedes(held, mine))
  if (rival) {
    // A claim that we made while somebody older stood in the way is given back.
    const finding = taken(tenant, claim, rival, namespace)
    return { ...halt(finding), steps: mine ? [{ do: 'dropClaim', claim: mine }] : [] }
  }
  if (!standing) return todo({ do: 'claim', claim })
  if (mine && !mine.whole)
    return todo({ do: 'ensure', kind: kinds.ConfigMap, object: claimObject(claim, us, namespace) })
  if (!mine || mine.holder.uid !== tenant.uid) return todo({ do: 'takeClaim', claim: standing })
  return nothing
}

function standsInTheWay(claim: Claim, held: HeldClaim): boolean {
  if (held.kind !== claim.kind) return false
  if (held.object === claimName(claim)) return true
  return claim.kind === 'rp' && overlap(claim.value, held.value)
}

function taken(
  tenant: Tenant,
  { kind, value }: Claim,
  { holder, value: theirs, object, whole }: HeldClaim,
  operatorNamespace: string,
): Finding {
  const reason = kind === 'host' ? 'HostClaimed' : 'RpIdClaimed'
  const what = kind === 'host' ? `Host ${value}` : `rpId ${value}`
  if (!whole) {
    const message = `${what} is claimed by ConfigMap ${object} in namespace ${operatorNamespace}, which somebody edited. The tenant that it belongs to puts it right at once; where there is none, delete the ConfigMap.`
    return { reason, message }
  }
  const who = holder.namespace === tenant.namespace ? `KiaviTenant ${holder.name}` : 'another tenant'
  const message =
    kind === 'host'
      ? `${what} belongs to ${who}. Choose another spec.host, or have that tenant give it up.`
      : `${what} overlaps ${theirs === value ? 'the same one' : theirs} of ${who}, whose passkeys it could use. Set spec.passkeys.rpId to a domain that neither contains the other's nor lies below it.`
  return { reason, message }
}

/** Claims of ours for values that the spec no longer has: given back once the tenant serves under the new ones. */
export function surplusClaims(wanted: readonly Claim[], { ours }: Pick<ClaimsSeen, 'ours'>): HeldClaim[] {
  const names = wanted.map(claimName)
  return ours.filter(({ object }) => !names.includes(object))
}
