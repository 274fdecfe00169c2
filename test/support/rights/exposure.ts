import { child, tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { objectPath } from '../../../operator/src/kube/paths.ts'
import { type ResourceKind } from '../../../operator/src/kube/port.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { eventually } from '../eventually.ts'
import { gateway, gatewayClass, untilServing } from '../gateway-class.ts'
import { customers } from '../operator-world/names.ts'
import { untilReady } from '../ready-tenants.ts'
import { type Stage, type Story } from './stage.ts'

const patch = ({ world }: Stage, what: string[], spec: object) =>
  world.controlPlane.kubectl(['patch', ...what, '--type=merge', '-p', JSON.stringify({ spec })])

const untilGone = ({ world }: Stage, kind: ResourceKind, tenantID: string) =>
  eventually(`${kind.kind} ${child.runtime} being gone`, async () => {
    const path = objectPath(kind, { namespace: tenantNamespace(tenantID), name: child.runtime })
    return (await world.controlPlane.client.find(path)) === undefined
  })

/** A platform moves a class from its Gateway to an Ingress and back; a tenant does with one pod for a while. */
export const exposure: Story = {
  name: 'a class goes from its Gateway to an Ingress and back, a tenant to one pod and back',
  tell: async (stage) => {
    const { lab, tenant, routed } = stage
    const ktc = ['ktc', gatewayClass]
    await patch(stage, ktc, { gateway: null, ingress: { className: 'test' } })
    await untilReady(lab, routed)
    await untilGone(stage, kinds.HTTPRoute, routed.tenantID)
    await patch(stage, ktc, { gateway, ingress: null })
    await untilServing(lab, routed)
    await untilGone(stage, kinds.Ingress, routed.tenantID)
    const kt = ['kt', tenant.name, '-n', customers]
    await patch(stage, kt, { runtime: { replicas: 1 } })
    await untilGone(stage, kinds.PodDisruptionBudget, tenant.tenantID)
    await patch(stage, kt, { runtime: null })
    await untilReady(lab, tenant)
  },
}
