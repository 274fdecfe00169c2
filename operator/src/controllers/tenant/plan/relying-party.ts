import { type Observed } from '../observed.ts'
import { type Finding } from '../reasons.ts'
import { rpIdOf } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'

/** The relying party ID to use, and what is wrong with the one that the spec asks for. */
export function relyingParty(
  { status }: Pick<Tenant, 'status'>,
  spec: NonNullable<Tenant['spec']>,
  { isPublicSuffix }: Pick<Observed, 'isPublicSuffix'>,
): { rpId: string; finding: Finding | undefined; stop: boolean } {
  const asked = rpIdOf(spec)
  if (status.rpId !== undefined && status.rpId !== asked) {
    const message = `rpId ${asked} is asked for, but people's passkeys are bound to ${status.rpId} and end with it. Set spec.passkeys.rpId back to ${status.rpId}; for another rpId make a new tenant.`
    return { rpId: status.rpId, finding: { reason: 'RpIdPinned', message }, stop: false }
  }
  if (status.rpId === undefined && isPublicSuffix(asked)) {
    const message = `rpId ${asked} is a public suffix: strangers register names below it, and browsers refuse it. Set spec.passkeys.rpId to a domain of your own, such as ${spec.host}.`
    return { rpId: asked, finding: { reason: 'PublicSuffix', message }, stop: true }
  }
  return { rpId: asked, finding: undefined, stop: false }
}
