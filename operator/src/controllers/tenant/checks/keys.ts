import { type SecretsSeen } from '../observed.ts'
import { type Finding } from '../reasons.ts'

/** True of the keys: a master copy that is whole, and the same mounted. */
export function checkKeys({ ledger, mounted }: SecretsSeen): Finding | undefined {
  if (ledger && mounted['signing-keys'] === 'current') return undefined
  const message = 'The signing key is being made; this usually takes a second or two.'
  return { reason: 'GeneratingKey', message }
}
