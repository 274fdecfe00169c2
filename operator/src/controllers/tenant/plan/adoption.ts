import { keyIn } from '../keys/ledger.ts'
import { type Observed } from '../observed.ts'
import { type Tenant } from '../tenant.ts'
import { activeKid } from './keys.ts'
import { consentFor } from './orphans.ts'
import { type Ruling, nothing, todo } from './ruling.ts'

/** A consent is used up once the tenant has all that it consents to: the database on record, and a key that signs. */
export function planAdoption(
  tenant: Tenant,
  { consents, secrets }: Pick<Observed, 'consents' | 'secrets'>,
): Ruling {
  const { spec, status } = tenant
  if (!spec || status.tenantID === undefined) return nothing
  const consent = consentFor(consents, tenant, status.tenantID, spec.host)
  if (!consent) return nothing
  const signing = secrets?.ledger && keyIn(secrets.ledger, 'Active')
  const signs = signing !== undefined && signing.kid === activeKid(tenant)
  if (status.database?.provisionedAt === undefined || !signs) return nothing
  return todo({ do: 'recordAdoption', ...consent.object })
}
