import { annotation, child, label, manager } from '../../api/v1alpha1/names.ts'
import { kinds } from '../../kube/resource-kinds.ts'
import { findClass } from './observe/class.ts'
import { observeClaims } from './observe/claims.ts'
import { observeDatabase } from './observe/database.ts'
import { observeChildren } from './observe/children.ts'
import { readConsent } from './observe/consent.ts'
import { foreignPolicies } from './observe/foreign-policies.ts'
import { podsForKeys, rememberedPods } from './observe/key-pods.ts'
import { type Sightings, whoIs } from './keys/sightings.ts'
import { livingBeside } from './observe/living.ts'
import { observeSecrets } from './observe/secrets.ts'
import { type Observed, type Orphan, childKey } from './observed.ts'
import { type TenantPorts } from './ports.ts'
import { isAsDesired } from './compare/compare.ts'
import { type Tenant } from './tenant.ts'
import { type Vault } from './vault.ts'
import { type VerifiedObjects } from './compare/verified-objects.ts'
import { rpIdOf } from './rendering.ts'

export interface Looking {
  ports: TenantPorts
  vault: Vault
  verified: VerifiedObjects
  sightings: Sightings
  /** What a look that is not a moment old saw of the database, where nothing was done to it since. */
  database?: Observed['database']
}

/** Every read of the world that a decision about one tenant needs. Changes nothing. */
export async function observe(
  tenant: Tenant,
  { ports, vault, verified, sightings, database: before }: Looking,
): Promise<Observed> {
  const { memory, installationID, isPublicSuffix } = ports
  const { tenantID } = tenant.status
  const seenClass = findClass(tenant, memory.classes())
  const customer = memory.get(kinds.Namespace, { name: tenant.namespace })
  const base: Observed = {
    class: seenClass,
    customerNamespace: customer && {
      guarded: customer.labels[label.holdsTenants] === 'true',
      deleting: customer.deleting,
    },
    installationID,
    classSecrets: undefined,
    orphans: undefined,
    living: livingBeside(tenant, memory.holders()),
    consents: memory.adoptions().flatMap(readConsent),
    claims: undefined,
    secrets: undefined,
    database: undefined,
    children: new Map(),
    isSettled: (desired, seen) => isAsDesired(desired, seen) || verified.has(desired, seen),
    missingKinds: new Set(
      Object.values(kinds)
        .filter((kind) => !memory.serves(kind))
        .map(({ kind }) => kind),
    ),
    ingressClassExists: false,
    pods: [],
    foreignPolicies: [],
    isPublicSuffix,
    seenForMs: (what) => sightings.forMs(whoIs(tenant), what),
    backups: ports.backups?.(tenant),
    restores: ports.restores?.(tenant),
    kept: ports.kept?.(tenant),
  }
  const { spec } = tenant
  if ('finding' in seenClass || !spec) {
    return tenantID === undefined ? base : { ...base, children: observeChildren(tenantID, memory) }
  }
  const credentials = await vault.classCredentials(seenClass.spec)
  const missing = 'missing' in credentials ? credentials.missing : undefined
  base.classSecrets = {
    finding: missing && {
      reason: 'SecretNotFound',
      message: `Secret ${missing.secret} in namespace ${ports.operator.namespace}, which KiaviTenantClass ${seenClass.name} names, must exist with non-empty keys ${missing.keys.join(', ')}.`,
    },
    databaseCA: 'missing' in credentials ? undefined : credentials.server.ca,
  }
  const server = 'missing' in credentials ? undefined : credentials.server
  if (tenantID === undefined) {
    const database = server && (await observeDatabase(ports, server, { tenant, class: seenClass.spec }))
    const orphans = orphansOf(database, ports)
    return { ...base, database, orphans }
  }
  const children = observeChildren(tenantID, memory)
  const { ingress } = seenClass.spec
  // Reads that do not wait for each other.
  const [secrets, claims, pods, ingressClass, foreign] = await Promise.all([
    observeSecrets(tenant, tenantID, {
      ...{ vault, ports, class: seenClass.spec },
      admitted: children.has(childKey('RoleBinding', child.operatorBinding)),
    }),
    observeClaims(tenant, { host: spec.host, rpId: tenant.status.rpId ?? rpIdOf(spec) }, ports),
    rememberedPods(children, ports),
    ingress ? ports.cluster.get(kinds.IngressClass, { name: ingress.className }) : undefined,
    tenant.status.database?.provisionedAt === undefined ? [] : foreignPolicies(tenantID, ports.cluster),
  ])
  const passwords = await vault.passwords(tenantID)
  const database =
    before ?? (server && (await observeDatabase(ports, server, { tenant, class: seenClass.spec, passwords })))
  return {
    ...base,
    secrets,
    claims,
    database,
    children,
    pods: await podsForKeys(tenant, { tenantID, ledger: secrets.ledger, pods }, { ports, sightings }),
    foreignPolicies: foreign,
    ingressClassExists: ingressClass !== undefined,
  }
}

function orphansOf(database: Observed['database'], { memory }: TenantPorts): Orphan[] {
  const marked = database?.state === 'seen' ? (database.marked ?? []) : []
  const owners = new Map(
    memory
      .list(kinds.Namespace, undefined)
      .filter(({ projection }) => projection.labels[label.managedBy] === manager)
      .map(({ projection }) => [
        projection.labels[label.tenantID] ?? '',
        projection.annotations[annotation.owner],
      ]),
  )
  const ids = new Set([...marked.map(({ marker }) => marker.tenantID), ...owners.keys()])
  return [...ids].sort().map((tenantID) => ({
    tenantID,
    marker: marked.find(({ marker }) => marker.tenantID === tenantID)?.marker,
    namespaceOwner: owners.get(tenantID),
  }))
}
