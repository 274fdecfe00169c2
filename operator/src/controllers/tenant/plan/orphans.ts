import { annotation, apiVersion, masterSecret } from '../../../api/v1alpha1/names.ts'
import { type Consent, type Observed, type Orphan } from '../observed.ts'
import { overlap } from '../claims.ts'
import { type Finding } from '../reasons.ts'
import { rpIdOf } from '../rendering.ts'
import { type Tenant, keyOf } from '../tenant.ts'

export type Identity = { mint: 'fresh' } | { mint: string } | { finding: Finding }

type Spec = NonNullable<Tenant['spec']>
type Seen = Pick<Observed, 'orphans' | 'living' | 'consents' | 'installationID'>

/** Which identity a tenant without one gets: a fresh one, an orphan's, or none until a person decided. */
export function identityOf(tenant: Tenant, spec: Spec, seen: Seen): Identity {
  const { adoptTenantID } = spec
  const orphans = (seen.orphans ?? []).filter(({ tenantID }) => !seen.living.has(tenantID))
  if (adoptTenantID !== undefined) return adopted(tenant, spec, adoptTenantID, orphans, seen)
  const ignored = (tenant.annotations[annotation.ignoreOrphan] ?? '').split(/[\s,]+/)
  const found = orphans.filter(
    (orphan) => concerns(orphan, tenant, spec) && !ignored.includes(orphan.tenantID),
  )
  const [first] = found
  if (!first) return { mint: 'fresh' }
  const names = found.map(({ tenantID }) => tenantID).join(', ')
  return {
    finding: {
      reason: 'OrphanFound',
      message: `Data of a former tenant of this name, host or rpId exist: ${names}. To go on with them set spec.adoptTenantID: ${first.tenantID}. To begin anew beside them (they are kept) annotate ${annotation.ignoreOrphan}=${names}.`,
    },
  }
}

/** After the loss of a cluster the claims are gone too: then the markers speak for what is claimed. */
function concerns({ marker, namespaceOwner }: Orphan, tenant: Tenant, spec: Spec): boolean {
  if (namespaceOwner === keyOf(tenant)) return true
  if (!marker) return false
  if (marker.host === spec.host || overlap(marker.rpId, rpIdOf(spec))) return true
  return marker.namespace === tenant.namespace && marker.name === tenant.name
}

function adopted(tenant: Tenant, spec: Spec, tenantID: string, orphans: Orphan[], seen: Seen): Identity {
  const { host } = spec
  if (seen.living.has(tenantID)) {
    return refused(
      `${tenantID} belongs to a KiaviTenant that exists. Only an orphan can be adopted: check the ID.`,
    )
  }
  const orphan = orphans.find((candidate) => candidate.tenantID === tenantID)
  if (!orphan) {
    const message = `Nothing that belongs to ${tenantID} was found on the class's database server or in the cluster. Check the ID and the class; to begin anew remove spec.adoptTenantID.`
    return { finding: { reason: 'OrphanNotFound', message } }
  }
  const bound = orphan.marker?.rpId
  if (bound !== undefined && bound !== rpIdOf(spec) && canBear(host, bound)) {
    const message = `People's passkeys of ${tenantID} are bound to rpId ${bound} and end with ${rpIdOf(spec)}. Apply the tenant with spec.passkeys.rpId: ${bound}; where it cannot be changed any more, delete the object first: nothing was made for it.`
    return { finding: { reason: 'RpIdPinned', message } }
  }
  const different = differences(orphan, tenant, host, seen.installationID)
  if (different.length === 0 || consentFor(seen.consents, tenant, tenantID, host)) return { mint: tenantID }
  const keys = `Where Secret ${masterSecret.signingKeys(tenantID)} is lost too, add newSigningKey: true; every token issued before then ends at once.`
  return refused(
    `${tenantID} is not this tenant's by its marker: ${different.join('; ')}. If it shall be, whoever runs the platform applies what follows, with the reason written out. ${keys}\n${consentYaml(tenant, tenantID, host)}`,
  )
}

/** The consent of the platform's owner that fits exactly, and was not used yet: it is good for once. */
export const consentFor = (
  consents: readonly Consent[],
  { namespace, name }: Pick<Tenant, 'namespace' | 'name'>,
  tenantID: string,
  host: string,
): Consent | undefined =>
  consents.find(
    (consent) =>
      !consent.used &&
      consent.tenantID === tenantID &&
      consent.namespace === namespace &&
      consent.name === name &&
      consent.host === host,
  )

function differences(
  { marker, namespaceOwner }: Orphan,
  tenant: Tenant,
  host: string,
  installationID: string,
) {
  if (!marker) return namespaceOwner === keyOf(tenant) ? [] : ['its database bears no marker']
  const pairs: [string, string, string][] = [
    ['installation', marker.installationID, installationID],
    ['namespace', marker.namespace, tenant.namespace],
    ['name', marker.name, tenant.name],
    ['host', marker.host, host],
  ]
  return pairs
    .filter(([, was, is]) => was !== is)
    .map(([what, was, is]) =>
      what === 'installation' ? 'another installation made it' : `${what} was ${was}, is ${is}`,
    )
}

/** Browsers take an rpId that is the host or above it. */
const canBear = (host: string, rpId: string) => host === rpId || host.endsWith(`.${rpId}`)

const refused = (message: string): Identity => ({ finding: { reason: 'AdoptionNotAllowed', message } })

export const consentYaml = (
  { namespace, name }: Pick<Tenant, 'namespace' | 'name'>,
  tenantID: string,
  host: string,
) =>
  [
    `apiVersion: ${apiVersion}`,
    'kind: KiaviAdoption',
    `metadata: { name: ${tenantID} }`,
    `spec: { tenantID: ${tenantID}, namespace: ${namespace}, name: ${name}, host: ${host}, reason: "..." }`,
  ].join('\n')
