import { type SecretsSeen } from '../observed.ts'
import { type Finding } from '../reasons.ts'
import { type Rendering } from '../rendering.ts'

/** True of the keys: a master copy that is whole, and the same mounted. */
export function checkKeys({ ledger, mounted }: SecretsSeen): Finding | undefined {
  if (ledger && mounted['signing-keys'] === 'current') return undefined
  const message = 'The signing key is being made; this usually takes a second or two.'
  return { reason: 'GeneratingKey', message }
}

/** A revoke that can have no effect is said, as long as it is asked for. */
export function unknownRevokes(
  { spec }: Pick<Rendering, 'spec'>,
  { ledger }: Pick<SecretsSeen, 'ledger'>,
): { message: string } | undefined {
  const unknown = (spec.signingKeys.revoke ?? []).filter(
    ({ kid }) => !ledger?.keys.some((key) => key.kid === kid),
  )
  if (!ledger || unknown.length === 0) return undefined
  const kids = unknown.map(({ kid }) => kid).join(', ')
  const message = `A signing key is active and mounted. spec.signingKeys.revoke names what is no key of this tenant, or was destroyed long ago: ${kids}. Compare it with status.keys.`
  return { message }
}
