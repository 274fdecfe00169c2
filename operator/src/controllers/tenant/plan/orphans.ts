import { annotation, apiVersion, masterSecret } from '../../../api/v1alpha1/names.ts'
import { type Consent, type Observed, type Orphan } from '../observed.ts'
import { type Finding } from '../reasons.ts'
import { type Tenant, keyOf } from '../tenant.ts'

export type Identity = { mint: 'fresh' } | { mint: string } | { finding: Finding }

type Seen = Pick<Observed, 'orphans' | 'living' | 'consents' | 'installationID'>

/** Which identity a tenant without one gets: a fresh one, an orphan's, or none until a person decided. */
export function identityOf(tenant: Tenant, spec: NonNullable<Tenant['spec']>, seen: Seen): Identity {
  const { host, adoptTenantID } = spec
  const orphans = (seen.orphans ?? []).filter(({ tenantID }) => !seen.living.has(tenantID))
  if (adoptTenantID !== undefined) return adopted(tenant, host, adoptTenantID, orphans, seen)
  const ignored = (tenant.annotations[annotation.ignoreOrphan] ?? '').split(/[\s,]+/)
  const found = orphans.filter(
    (orphan) => concerns(orphan, tenant, host) && !ignored.includes(orphan.tenantID),
  )
  const [first] = found
  if (!first) return { mint: 'fresh' }
  const names = found.map(({ tenantID }) => tenantID).join(', ')
  return {
    finding: {
      reason: 'OrphanFound',
      message: `Data of a former tenant of this name or host exist: ${names}. To go on with them set spec.adoptTenantID: ${first.tenantID}. To begin anew beside them (they are kept) annotate ${annotation.ignoreOrphan}=${names}.`,
    },
  }
}

function concerns({ marker, namespaceOwner }: Orphan, tenant: Tenant, host: string): boolean {
  if (namespaceOwner === keyOf(tenant)) return true
  if (!marker) return false
  return marker.host === host || (marker.namespace === tenant.namespace && marker.name === tenant.name)
}

function adopted(tenant: Tenant, host: string, tenantID: string, orphans: Orphan[], seen: Seen): Identity {
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
