import { type ClaimsSeen } from '../observed.ts'
import { type Claim, type HeldClaim, claimName, overlap, precedes, type wantedClaims } from '../claims.ts'
import { type Finding } from '../reasons.ts'
import { type Tenant } from '../tenant.ts'
import { type Ruling, halt, inOrder, nothing, todo } from './ruling.ts'

/** The host first, then the relying party: each is claimed before anything is made in its name. */
export function planClaims(
  tenant: Tenant,
  tenantID: string,
  wanted: ReturnType<typeof wantedClaims>,
  seen: ClaimsSeen,
): Ruling {
  return inOrder(...wanted.map((claim) => () => planClaim(tenant, tenantID, claim, seen)))
}

function planClaim(tenant: Tenant, tenantID: string, claim: Claim, seen: ClaimsSeen): Ruling {
  const isOurs = ({ holder }: HeldClaim) => holder.tenantID === tenantID
  const standing = seen.held.find(({ object }) => object === claimName(claim))
  const mine = standing && isOurs(standing) ? standing : undefined
  const rivals = seen.held.filter(
    (held) =>
      held.kind === claim.kind &&
      !isOurs(held) &&
      overlaps(claim, held) &&
      !seen.abandoned.includes(held.object),
  )
  const rival = rivals.find((held) => !mine || precedes(held, mine))
  if (rival) {
    // A claim that we made while somebody older stood in the way is given back.
    return { ...halt(taken(tenant, claim, rival)), steps: mine ? [{ do: 'dropClaim', claim: mine }] : [] }
  }
  if (!standing) return todo({ do: 'claim', claim })
  if (!mine || mine.holder.uid !== tenant.uid) return todo({ do: 'takeClaim', claim: standing })
  return nothing
}

const overlaps = (claim: Claim, held: HeldClaim) =>
  claim.kind === 'host' ? claim.value === held.value : overlap(claim.value, held.value)

function taken(tenant: Tenant, { kind, value }: Claim, { holder, value: theirs }: HeldClaim): Finding {
  const who = holder.namespace === tenant.namespace ? `KiaviTenant ${holder.name}` : 'another tenant'
  return kind === 'host'
    ? {
        reason: 'HostClaimed',
        message: `Host ${value} belongs to ${who}. Choose another spec.host, or have that tenant give it up.`,
      }
    : {
        reason: 'RpIdClaimed',
        message: `rpId ${value} overlaps ${theirs === value ? 'the same one' : theirs} of ${who}, whose passkeys it could use. Set spec.passkeys.rpId to a domain that neither contains the other's nor lies below it.`,
      }
}

/** Claims of ours for values that the spec no longer has: given back once the tenant serves under the new ones. */
export function surplusClaims(tenantID: string, wanted: readonly Claim[], { ours }: ClaimsSeen): HeldClaim[] {
  const names = wanted.map(claimName)
  return ours.filter(({ object, holder }) => holder.tenantID === tenantID && !names.includes(object))
}
