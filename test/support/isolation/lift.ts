import { databaseNames } from '../../../operator/src/api/v1alpha1/names.ts'
import { applyObjects } from '../installation/install.ts'
import { operatorNamespace } from '../operator-world/names.ts'
import { type World, type WorldTenant } from '../installation/world.ts'
import { administer } from './administer.ts'
import { type Control } from './crossings.ts'

const given = 'given-to-the-stranger'

const bindings = (first: WorldTenant, second: WorldTenant): object[] =>
  [first.home, operatorNamespace].flatMap((namespace) => [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: given, namespace },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: given, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: given },
      subjects: [{ kind: 'ServiceAccount', name: 'runtime', namespace: second.home }],
    },
  ])

/** Takes one control away, as a careless administrator would. The operator must be away, or it puts it back. */
export async function lift(
  world: World,
  control: Control,
  first: WorldTenant,
  second: WorldTenant,
): Promise<void> {
  const { cluster } = world
  switch (control) {
    case 'NetworkPolicies':
      for (const { home } of [first, second])
        await cluster.kubectl(['delete', 'networkpolicies', '--all', '-n', home])
      return
    case 'no CONNECT for other roles': {
      const { database } = databaseNames(first.tenantID)
      await administer(world, [
        `GRANT CONNECT ON DATABASE ${database} TO ${databaseNames(second.tenantID).app}`,
      ])
      return
    }
    case 'no right of the ServiceAccount':
      await applyObjects(cluster, bindings(first, second))
  }
}

/** Roles that somebody made are not the operator's to take: the one who gave them does. */
export async function takeBack({ cluster }: World, first: WorldTenant): Promise<void> {
  for (const namespace of [first.home, operatorNamespace])
    await cluster.kubectl(['delete', 'rolebinding,role', given, '-n', namespace, '--ignore-not-found'])
}

export async function operatorPods({ cluster }: World, replicas: 0 | 1): Promise<void> {
  const deployment = ['deployment/kiavi-operator', '-n', operatorNamespace]
  await cluster.kubectl(['scale', ...deployment, `--replicas=${replicas}`])
  await cluster.kubectl(['rollout', 'status', ...deployment, '--timeout=120s'])
  if (replicas === 1) return
  const pods = ['pods', '-n', operatorNamespace, '-l', 'app.kubernetes.io/name=kiavi-operator']
  await cluster.kubectl(['wait', '--for=delete', ...pods, '--timeout=60s'])
}
