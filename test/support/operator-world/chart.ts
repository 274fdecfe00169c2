/** The chart without the operator's own pod: in tests the operator is a process that can be killed at any write. */
import { setTimeout as sleep } from 'node:timers/promises'
import { applyAll } from '../../cluster/apply-all.ts'
import { type KubeClient } from '../../cluster/kube-client.ts'
import { renderChart } from '../helm.ts'
import { customers, operatorNamespace } from './names.ts'

/** A cluster as its administrator. */
export interface AdminAccess {
  client: KubeClient
  kubectl(args: readonly string[], stdin?: string): Promise<string>
}

const aboutThePod = new Set([
  'Deployment',
  'PodMonitor',
  'PrometheusRule',
  'PodDisruptionBudget',
  'NetworkPolicy',
])

/** Everything else of the chart, in the order of its files; and a namespace for customers. */
export async function install(cluster: AdminAccess): Promise<void> {
  const { client } = cluster
  for (const name of [operatorNamespace, customers])
    await client.call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })
  const items = (await renderChart()).filter(({ kind }) => !aboutThePod.has(kind))
  const crds = items.filter(({ kind }) => kind === 'CustomResourceDefinition')
  const others = items.filter(({ kind }) => kind !== 'CustomResourceDefinition')
  await applyAll(cluster, crds)
  await cluster.kubectl([
    'wait',
    '--for=condition=Established',
    '--timeout=30s',
    ...crds.map(({ metadata }) => `crd/${metadata.name}`),
  ])
  await applyAll(cluster, others)
  // Established is not yet served: its storage is made when it is asked for first.
  for (const { spec } of crds as { spec?: { names: { plural: string } } }[])
    while ((await client.probe(`/apis/kiavi.eu/v1alpha1/${spec?.names.plural ?? ''}`))?.status !== 200)
      await sleep(50)
}
