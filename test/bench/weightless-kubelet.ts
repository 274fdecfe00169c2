/**
 * Answers for the pods of migration Jobs, at once and without running anything: where the operator's own work is
 * measured, a process for each would be most of what is seen. All other pods stay without a node.
 */
import { label } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient, type KubeJson } from '../cluster/kube-client.ts'
import { cachedList } from '../cluster/process-kubelet/cached-list.ts'

interface Pod extends KubeJson {
  status?: { phase?: string }
}

export interface WeightlessKubelet {
  stop(): void
}

const succeeded = { status: { phase: 'Succeeded' } }

export async function startWeightlessKubelet(client: KubeClient): Promise<WeightlessKubelet> {
  const stopping = new AbortController()
  const asked = new Set<string>()
  const selector = encodeURIComponent(`${label.component}=migrate`)
  const pods = cachedList<Pod>(
    client,
    `/api/v1/pods?labelSelector=${selector}`,
    stopping.signal,
    (pod, isGone) => {
      const { uid = '', namespace = '', name } = pod.metadata
      if (isGone || asked.has(uid)) return
      asked.add(uid)
      client
        .call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, succeeded)
        .catch(() => asked.delete(uid))
    },
  )
  await pods.synced
  return { stop: () => stopping.abort() }
}
