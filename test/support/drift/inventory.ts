/** Every object of a tenant, as our builders want it. */
import { tenantSpec } from '../../../operator/src/api/v1alpha1/tenant.ts'
import { tenantClassSpec } from '../../../operator/src/api/v1alpha1/tenant-class.ts'
import {
  type Child,
  groundwork,
  serving,
} from '../../../operator/src/controllers/tenant/children/children.ts'
import { namespace } from '../../../operator/src/controllers/tenant/children/namespace.ts'
import { operatorBinding } from '../../../operator/src/controllers/tenant/children/operator-binding.ts'
import { type Rendering } from '../../../operator/src/controllers/tenant/rendering.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type OperatorWorld } from '../operator-world.ts'
import { customers, operatorNamespace } from '../operator-world/names.ts'
import { type ReadyTenant, tenantPath } from '../ready-tenants.ts'

type Specified = KubeJson & { spec: unknown }
type SecretObject = KubeJson & { data: Record<string, string> }

async function secretText(world: OperatorWorld, name: string, key: string): Promise<string> {
  const path = `/api/v1/namespaces/${operatorNamespace}/secrets/${name}`
  const { data } = await world.controlPlane.client.call<SecretObject>('GET', path)
  return Buffer.from(data[key] ?? '', 'base64').toString('utf8')
}

/** What the operator makes this tenant's children from. */
export async function renderingOf(world: OperatorWorld, { name, tenantID }: ReadyTenant): Promise<Rendering> {
  const { client } = world.controlPlane
  const tenant = await client.call<Specified>('GET', tenantPath(name))
  const spec = tenantSpec.parse(tenant.spec)
  const path = `/apis/kiavi.eu/v1alpha1/kiavitenantclasses/${spec.className ?? 'default'}`
  const tenantClass = tenantClassSpec.parse((await client.call<Specified>('GET', path)).spec)
  return {
    tenantID,
    installationID: await secretText(world, 'installation', 'id'),
    owner: { namespace: customers, name },
    spec,
    class: tenantClass,
    rpId: spec.passkeys.rpId ?? spec.host,
    servingImage: tenantClass.runtime.image,
    databaseCA: await secretText(world, 'database-ca', 'ca.crt'),
    operator: {
      namespace: operatorNamespace,
      serviceAccount: 'kiavi-operator',
      tenantClusterRole: 'kiavi-tenant-namespace',
    },
  }
}

/** All but Secrets, whose content is random, and the migration Job, which has done its work. */
export const inventory = (rendering: Rendering): Child[] => [
  { kind: kinds.Namespace, object: namespace(rendering) },
  { kind: kinds.RoleBinding, object: operatorBinding(rendering) },
  ...groundwork(rendering),
  ...serving(rendering),
]
