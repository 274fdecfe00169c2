/**
 * The place of the operator's pod, for a process: a real pod that does nothing, in whose network the process runs. So
 * NetworkPolicies meet it as they meet an operator, and it can be killed and looked at as a process of this machine.
 */
import { join } from 'node:path'
import { processesInCgroup } from '../../cluster/node/cgroup.ts'
import { type NodePlan } from '../../cluster/node/plan.ts'
import { type KubeJson } from '../../cluster/kube-client.ts'
import { type Seat } from '../operator-process.ts'
import { applyAll } from '../../cluster/apply-all.ts'
import { type AdminAccess } from './chart.ts'
import { operatorNamespace } from './names.ts'

interface Pod extends KubeJson {
  status: { podIP: string }
}

/** As the operator's own pod is known to policies. */
const operatorsPod = { name: 'operator', labels: { 'app.kubernetes.io/name': 'kiavi-operator' } }

const pod = (image: string, { name, labels }: { name: string; labels: object }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: operatorNamespace, labels },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [{ name, image, imagePullPolicy: 'Never' }],
  },
})

/** `image`: of a container that waits for ever. */
export async function podSeat(
  cluster: AdminAccess,
  plan: NodePlan,
  image: string,
  as: { name: string; labels: object } = operatorsPod,
): Promise<Seat> {
  const { name } = as
  await applyAll(cluster, [pod(image, as)])
  await cluster.kubectl([
    ...['wait', `pod/${name}`, '-n', operatorNamespace, '--for=condition=Ready', '--timeout=60s'],
  ])
  const path = `/api/v1/namespaces/${operatorNamespace}/pods/${name}`
  const { metadata, status } = await cluster.client.call<Pod>('GET', path)
  const cgroup = join(plan.cgroup, 'kubepods', 'besteffort', `pod${metadata.uid ?? ''}`)
  const [pid] = processesInCgroup(cgroup)
  if (pid === undefined) throw new Error(`The pod ${name} is Ready, and no process is in cgroup ${cgroup}.`)
  return { inside: ['nsenter', `--net=/proc/${pid}/ns/net`, '--'], address: status.podIP }
}
