import { collectionPath } from '../../../operator/src/kube/paths.ts'
import { tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { eventually } from '../eventually.ts'
import { tenantPath, untilReady } from '../ready-tenants.ts'
import { type Stage, type Story } from './stage.ts'

interface Keyed extends KubeJson {
  status?: { keys?: { kid: string; phase: string }[] }
}

/** Those that serve; the pod of a migration stays where it is. */
const podsOf = async ({ world, tenant }: Stage): Promise<string[]> => {
  const path = collectionPath(kinds.Pod, tenantNamespace(tenant.tenantID))
  const { items } = await world.controlPlane.client.call<{ items: KubeJson[] }>('GET', path)
  return items
    .filter(({ metadata }) => metadata.labels?.['job-name'] === undefined)
    .map(({ metadata }) => metadata.name)
}

/** A key is revoked while no Secret reaches a pod: pods are told of it, do not follow, and are replaced. */
export const keys: Story = {
  name: 'a signing key is revoked, and the kubelet is stuck',
  tell: async (stage) => {
    const { world, lab, tenant } = stage
    const { client } = world.controlPlane
    const path = tenantPath(tenant.name)
    const phaseOf = async (kid: string) =>
      (await client.call<Keyed>('GET', path)).status?.keys?.find((each) => each.kid === kid)?.phase
    const active = (await client.call<Keyed>('GET', path)).status?.keys?.find(
      ({ phase }) => phase === 'Active',
    )
    const before = await podsOf(stage)
    world.kubelet.holdVolumes(true)
    try {
      const revoke = [{ kid: active?.kid ?? '', sessions: 'Keep' }]
      await client.call('PATCH', path, { spec: { signingKeys: { revoke } } })
      await eventually('The key being gone', async () => (await phaseOf(active?.kid ?? '')) === 'Destroyed')
      await eventually(
        'Every pod being replaced',
        async () => (await podsOf(stage)).every((name) => !before.includes(name)),
        120_000,
      )
    } finally {
      world.kubelet.holdVolumes(false)
    }
    await untilReady(lab, tenant, 120_000)
  },
}
