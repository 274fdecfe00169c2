/**
 * A second class of a world, which exposes tenants through a Gateway. No gateway runs there, and nobody plays one:
 * routes are made and kept, and wait to be accepted.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheFolder } from '../cluster/folders.ts'
import { gatewayDefinitions } from '../cluster/gateway/definitions.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { eventually } from './eventually.ts'
import { type AdminAccess, applyAll } from './operator-world/chart.ts'
import { customers } from './operator-world/names.ts'
import { condition, type ReadyTenant, tenantPath } from './ready-tenants.ts'
import { type TenantLab } from './tenant-lab.ts'

export const gatewayClass = 'gateway'
const classes = '/apis/kiavi.eu/v1alpha1/kiavitenantclasses'
const routes = '/apis/gateway.networking.k8s.io/v1/httproutes'

/** What a class says of its Gateway; the one that it names does not exist. */
export const gateway = { namespace: 'gateway', name: 'public', listenerName: 'https' }

/** Before the operator starts: a kind that comes later is looked for again only after a while. */
export async function addGatewayClass(cluster: AdminAccess): Promise<void> {
  const { client } = cluster
  await applyAll(cluster, await gatewayDefinitions(cacheFolder()))
  while ((await client.probe(routes))?.status !== 200) await sleep(50)
  await applyAll(cluster, [
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenantClass',
      metadata: { name: gatewayClass },
      spec: await likeDefault(client),
    },
  ])
}

/** As the default class is, but for how tenants are reached. */
async function likeDefault(client: KubeClient): Promise<object> {
  const { spec } = await client.call<{ spec: object }>('GET', `${classes}/default`)
  return { ...spec, ingress: undefined, gateway }
}

/** A tenant of that class that is all that it can be there: its pods serve, and its route is not accepted. */
export async function gatewayTenant(lab: TenantLab, limitMs = 90_000): Promise<ReadyTenant> {
  const tenant = lab.newTenant()
  const { name, host } = tenant
  await lab.world.controlPlane.client.call(
    'POST',
    `/apis/kiavi.eu/v1alpha1/namespaces/${customers}/kiavitenants`,
    {
      apiVersion: 'kiavi.eu/v1alpha1',
      kind: 'KiaviTenant',
      metadata: { name, namespace: customers },
      spec: { className: gatewayClass, host, signingKeys: { bits: 2048 } },
    },
  )
  await untilServing(lab, tenant, limitMs)
  return { ...tenant, tenantID: (await lab.tenantID(tenant)) ?? '' }
}

/** Its pods serve, and all that it waits for is a gateway. */
export async function untilServing(
  lab: TenantLab,
  tenant: { name: string; host: string },
  limitMs = 90_000,
): Promise<void> {
  try {
    await eventually(
      `The pods of ${tenantPath(tenant.name)} serving`,
      async () => {
        const object = await lab.find(tenant)
        return (
          condition(object, 'RuntimeReady')?.status === 'True' &&
          condition(object, 'Ready')?.reason === 'RouteNotAccepted'
        )
      },
      limitMs,
    )
  } catch (error) {
    throw new Error(`${(error as Error).message} ${await lab.describe(tenant)}`, { cause: error })
  }
}
