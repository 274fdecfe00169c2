import { decideFor } from '../keys/decide-for.ts'
import { type KeyLedger } from '../keys/ledger.ts'
import { type Observed, type SecretsSeen } from '../observed.ts'
import { type Rendering } from '../rendering.ts'
import { type Tenant } from '../tenant.ts'
import { consentFor } from './orphans.ts'
import { type Ruling, nothing, remark, todo } from './ruling.ts'

/** The key that signs, as far as it was ever recorded. */
export const activeKid = ({ status }: Pick<Tenant, 'status'>): string | undefined =>
  status.keys?.find(({ phase }) => phase === 'Active')?.kid

/** A key that signed and is gone is an alarm, never a silent new key; else what the time asks for is done. */
export function planKeys(
  tenant: Tenant,
  rendering: Rendering,
  secrets: SecretsSeen,
  { seen, now }: { seen: Observed; now: Date },
): Ruling {
  const { tenantID, spec } = rendering
  const known = activeKid(tenant)
  const renewal = consentFor(seen.consents, tenant, tenantID, spec.host)?.newSigningKey === true
  if (secrets.ledger && (isOurs(secrets.ledger, known) || renewal)) {
    if (secrets.keys === 'edited') return todo({ do: 'rewriteKeys' })
    return planTurn(tenant, rendering, secrets.ledger, { seen, now })
  }
  const mounted = secrets.mountedKeySet?.activeKid
  if (mounted !== undefined && (known === undefined || mounted === known)) return todo({ do: 'restoreKeys' })
  const signedBefore = known !== undefined || spec.adoptTenantID === tenantID
  // Our rights come first, then another look: the mounted copy may be there.
  if (signedBefore && secrets.unseen) return { ...nothing, stop: true }
  if (!signedBefore || renewal) return todo({ do: 'generateKey', bits: spec.signingKeys.bits })
  return remark({
    reason: 'SigningKeysLost',
    message: `The tenant's signing key${known === undefined ? '' : ` ${known}`} is in neither of its Secrets. Put the Secret back from a backup of the cluster; if it is lost for good, a KiaviAdoption for ${tenantID} with newSigningKey: true consents to a new one, which ends every token issued before.`,
  })
}

/** A master that does not know what signed last, or says that it never did, is a stranger's or an older one. */
function isOurs({ keys }: KeyLedger, known: string | undefined): boolean {
  const key = keys.find(({ kid }) => kid === known)
  return known === undefined || (key !== undefined && !['Generated', 'Published'].includes(key.phase))
}

function planTurn(
  tenant: Tenant,
  rendering: Rendering,
  ledger: KeyLedger,
  { seen, now }: { seen: Observed; now: Date },
): Ruling {
  const decision = decideFor(tenant, rendering, ledger, { ...seen, now })
  if (decision === undefined) return nothing
  return decision.turn === 'generate'
    ? todo({ do: 'generateKey', bits: rendering.spec.signingKeys.bits })
    : todo({ do: 'turnKeys', turn: decision })
}
