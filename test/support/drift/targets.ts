/** What of a tenant a stranger may edit, with all edits that there are. */
import { child, masterSecret, tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { claimObject, wantedClaims } from '../../../operator/src/controllers/tenant/claims.ts'
import { canonical } from '../../../operator/src/controllers/canonical.ts'
import { compare } from '../../../operator/src/controllers/tenant/compare/compare.ts'
import { type Child } from '../../../operator/src/controllers/tenant/children/children.ts'
import { keyIn, parseLedger } from '../../../operator/src/controllers/tenant/keys/ledger.ts'
import { decode } from '../../../operator/src/controllers/tenant/secrets/data.ts'
import { type KubeObject } from '../../../operator/src/kube/port.ts'
import { objectPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { claimHolds } from '../proof.ts'
import { type ReadyTenant, tenantPath } from '../ready-tenants.ts'
import { type Bench, type Target } from './bench.ts'
import { additionsTo, type Edit, editsOf, type Json } from './edits.ts'
import { inventory, renderingOf } from './inventory.ts'

type Where = { name: string } | { namespace: string; name: string }

/** Every object of a tenant. Fails when one is not what our builders make. */
export async function targetsOf(world: OperatorWorld, bench: Bench, tenant: ReadyTenant): Promise<Target[]> {
  const { client } = world.controlPlane
  const namespace = tenantNamespace(tenant.tenantID)
  /** In every namespace: an owner that lives, or the garbage collector would take what it is said to own. */
  const rootOf = async (home: string) => {
    const path = `/api/v1/namespaces/${home}/configmaps/kube-root-ca.crt`
    return (await client.call('GET', path)).metadata.uid ?? ''
  }
  const edits = async (kind: string, object: object, home = namespace) => [
    ...editsOf(object as Json),
    ...additionsTo(kind, await rootOf(home)),
  ]
  const built = async ({ kind, object }: Child) => {
    const { metadata } = object
    const where: Where =
      metadata.namespace === undefined
        ? { name: metadata.name }
        : { namespace: metadata.namespace, name: metadata.name }
    const live = await client.call<KubeObject>('GET', objectPath(kind, where))
    const different = compare(object, { ...live, kind: kind.kind })
    claimHolds(
      different.length === 0,
      `${kind.kind} ${metadata.name} is not what our builders make: ${different.map(({ path }) => path).join(', ')}`,
    )
    return bench.target(kind, where, await edits(kind.kind, object, metadata.namespace))
  }
  const secret = async (where: { namespace: string; name: string }, mayEdit: (edit: Edit) => boolean) => {
    const { metadata, type, data } = await client.call<KubeObject>('GET', objectPath(kinds.Secret, where))
    const { name, labels, annotations } = metadata
    const shape = { metadata: { name, labels, annotations }, type, data }
    const all = await edits('Secret', shape, where.namespace)
    return bench.target(kinds.Secret, where, all.filter(mayEdit))
  }
  const rendering = await renderingOf(world, tenant)
  const mounted = [child.signingKeys, child.databaseApp, child.databaseOwner]
  const master = (name: string) => secret({ namespace: operatorNamespace, name }, spareMaster)
  return Promise.all([
    ...[...inventory(rendering), ...(await claimsOf(world, tenant))].map(built),
    ...mounted.map((name) => secret({ namespace, name }, () => true)),
    master(masterSecret.database(tenant.tenantID)),
    // Last: what a pod has of the keys is made from it.
    master(masterSecret.signingKeys(tenant.tenantID)).then((target) => ({ ...target, remains: signingKey })),
  ])
}

/** The HTTPRoute of a tenant behind a Gateway. */
export async function routeOf(world: OperatorWorld, bench: Bench, tenant: ReadyTenant): Promise<Target> {
  const routes = (await targetsOf(world, bench, tenant)).filter(({ kind }) => kind.kind === 'HTTPRoute')
  const [route] = routes
  if (!route || routes.length > 1)
    throw new Error(`A tenant behind a Gateway has ${routes.length} HTTPRoutes.`)
  return route
}

/** The data of a master copy are the truth that everything else is put back to, and nobody may make it anew. */
const spareMaster = ({ what, path: [field] }: Edit) =>
  field !== 'immutable' && (field !== 'data' || what === 'add')

/** A master that is gone takes the standby with it: what comes back is the key that signs, and then another standby. */
function signingKey(master: object): string {
  const files = decode((master as KubeObject)['data'])
  const kid = keyIn(parseLedger(files['ledger.json'] ?? ''), 'Active')?.kid
  return canonical({ kid, pem: files[`${kid}.pem`] })
}

async function claimsOf(world: OperatorWorld, tenant: ReadyTenant): Promise<Child[]> {
  const { client } = world.controlPlane
  const { metadata } = await client.call('GET', tenantPath(tenant.name))
  const { uid = '', namespace = '', name } = metadata
  const { spec, rpId } = await renderingOf(world, tenant)
  const holder = { tenantID: tenant.tenantID, uid, namespace, name }
  return wantedClaims(spec, rpId).map((claim) => ({
    kind: kinds.ConfigMap,
    object: claimObject(claim, holder, operatorNamespace),
  }))
}
