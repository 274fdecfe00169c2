/**
 * A second class of a world, which exposes tenants through a Gateway. No gateway runs there, and nobody plays one:
 * routes are made and kept, and wait to be accepted.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheFolder } from '../cluster/folders.ts'
import { gatewayDefinitions } from '../cluster/gateway/definitions.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { type Tenant } from './crash-lab.ts'
import { applyAll } from '../cluster/apply-all.ts'
import { type AdminAccess } from './operator-world/chart.ts'
import { condition, type ReadyTenant, untilTenant } from './ready-tenants.ts'
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
  await lab.create(tenant, { className: gatewayClass })
  await untilServing(lab, tenant, limitMs)
  return { ...tenant, tenantID: (await lab.tenantID(tenant)) ?? '' }
}

/** Its pods serve, and all that it waits for is a gateway. */
export const untilServing = (lab: TenantLab, tenant: Tenant, limitMs?: number): Promise<void> =>
  untilTenant(lab, tenant, {
    what: 'waiting for nothing but a gateway',
    isSo: async () => {
      const object = await lab.find(tenant)
      return (
        condition(object, 'RuntimeReady')?.status === 'True' &&
        condition(object, 'Ready')?.reason === 'RouteNotAccepted'
      )
    },
    limitMs,
  })
