import { collectionPath } from '../../../operator/src/kube/paths.ts'
import { untilBack } from '../drift/bench.ts'
import { targetsOf } from '../drift/targets.ts'
import { noMorePods } from '../no-more-pods.ts'
import { claimHolds } from '../proof.ts'
import { untilReady } from '../ready-tenants.ts'
import { type Story } from './stage.ts'

const eve = { app: 'eve' }

/** Objects of our names that differ in what cannot be changed on a live one. */
const impostors: Record<string, object> = {
  Service: { spec: { clusterIP: 'None', selector: eve, ports: [{ port: 80 }] } },
  Deployment: {
    spec: {
      replicas: 0,
      selector: { matchLabels: eve },
      template: { metadata: { labels: eve }, spec: { containers: [{ name: 'eve', image: 'eve:1' }] } },
    },
  },
  RoleBinding: {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [],
  },
}

/** With nobody there to see it, objects are replaced by others of their names. */
export const impostorsInPlace: Story = {
  name: 'while the operator is down, objects are replaced by others of the same names',
  tell: async ({ world, bench, lab, tenant }) => {
    const { client } = world.controlPlane
    const all = await targetsOf(world, bench, tenant)
    const letPods = await noMorePods(client, [tenant])
    await world.operator.stop()
    const replaced = []
    for (const target of all.filter(({ kind }) => kind.kind in impostors)) {
      const { kind, namespace = '', object: name } = target
      const removed = await bench.remove(target)
      claimHolds(removed.outcome === 'edited', `${target.name} cannot be deleted.`)
      const { apiVersion } = kind
      const impostor = { apiVersion, kind: kind.kind, metadata: { namespace, name }, ...impostors[kind.kind] }
      await client.call('POST', collectionPath(kind, namespace), impostor)
      replaced.push({ target, removed })
    }
    claimHolds(replaced.length === 3, `${replaced.length} objects were replaced, not 3.`)
    await letPods()
    await world.operator.start()
    for (const { target, removed } of replaced)
      claimHolds((await untilBack(removed, 60_000)) !== undefined, `${target.name} was not made anew.`)
    await untilReady(lab, tenant)
  },
}
