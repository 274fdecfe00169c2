import { type Observed, type SecretsSeen } from '../observed.ts'
import { type Rendering } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'
import { consentFor } from './orphans.ts'
import { type Ruling, nothing, remark, todo } from './ruling.ts'

/** The key that signs, as far as it was ever recorded. */
export const activeKid = ({ status }: Pick<Tenant, 'status'>): string | undefined =>
  status.keys?.find(({ phase }) => phase === 'Active')?.kid

/** Signing keys are made once. A key that signed and is gone is an alarm, never a silent new key. */
export function planKeys(tenant: Tenant, rendering: Rendering, secrets: SecretsSeen, seen: Observed): Ruling {
  const { tenantID, spec } = rendering
  const known = activeKid(tenant)
  const fits = (kid: string | undefined) => kid !== undefined && (known === undefined || kid === known)
  const renewal = consentFor(seen.consents, tenant, tenantID, spec.host)?.newSigningKey === true
  if (secrets.keySet && (fits(secrets.keySet.activeKid) || renewal)) {
    return secrets.keys === 'edited' ? todo({ do: 'rewriteKeys' }) : nothing
  }
  if (fits(secrets.mountedKeySet?.activeKid)) return todo({ do: 'restoreKeys' })
  const signedBefore = known !== undefined || spec.adoptTenantID === tenantID
  // Our rights come first, then another look: the mounted copy may be there.
  if (signedBefore && secrets.unseen) return { ...nothing, stop: true }
  if (!signedBefore || renewal) return todo({ do: 'generateKey', bits: spec.signingKeys.bits })
  return remark({
    reason: 'SigningKeysLost',
    message: `The tenant's signing key${known === undefined ? '' : ` ${known}`} is in neither of its Secrets. Put the Secret back from a backup of the cluster; if it is lost for good, a KiaviAdoption for ${tenantID} with newSigningKey: true consents to a new one, which ends every token issued before.`,
  })
}
