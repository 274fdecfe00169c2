/**
 * The kubelet of one Node whose pods are processes of this machine: it takes pods, starts the real program that
 * stands for each image, probes it, and posts nothing but what is true of the process. All else (Deployments, Jobs,
 * EndpointSlices, garbage) is done by the real controllers. Not for measuring isolation: there is none.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type KubeClient } from './kube-client.ts'
import { leash } from './leash.ts'
import { cachedList } from './process-kubelet/cached-list.ts'
import { registerNode, removeNode, renewNode } from './process-kubelet/node.ts'
import { claimPodNetwork } from './process-kubelet/pod-network.ts'
import { type ConfigMap, type Pod, type Secret } from './process-kubelet/pod.ts'
import { type Resident, settle } from './process-kubelet/resident.ts'
import { type Programs } from './process-kubelet/spawn-plan.ts'

export interface ProcessKubeletOptions {
  /** As cluster-admin; it reads ConfigMaps and Secrets everywhere. */
  client: KubeClient
  programs: Programs
  /** How often changed ConfigMaps and Secrets reach the files; 1 s unless given. */
  volumeSyncMs?: number
  /** The second restart waits so long, each later one twice as long as the one before; 500 ms unless given. */
  restartDelayMs?: number
}

export interface ProcessKubelet {
  nodeName: string
  /** The addresses of its pods. */
  podCidr: string
  /** Where a container's output is; kept until the pod is deleted. */
  logFile(namespace: string, pod: string, container: string): string | undefined
  /** While true, no change of a ConfigMap or Secret reaches a pod that runs: a kubelet that is stuck. */
  holdVolumes(hold: boolean): void
  /** Ends every process and takes the Node away. The pod objects stay for the controllers. */
  stop(): Promise<void>
}

const heartbeatMs = 10_000
const podPath = ({ metadata }: Pod) => `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}`
const isToldAnew = (before: Pod | undefined, pod: Pod) =>
  before !== undefined && !isDeepStrictEqual(before.metadata.annotations, pod.metadata.annotations)
const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'

export async function startProcessKubelet(options: ProcessKubeletOptions): Promise<ProcessKubelet> {
  const { client, programs, restartDelayMs = 500 } = options
  const network = claimPodNetwork()
  const nodeName = `process-${randomBytes(4).toString('hex')}`
  const folder = mkdtempSync(join(tmpdir(), 'kiavi-pods-'))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const stopping = new AbortController()
  const { signal } = stopping
  const residents = new Map<string, Resident>()
  const configMaps = cachedList<ConfigMap>(client, '/api/v1/configmaps', signal)
  const secrets = cachedList<Secret>(client, '/api/v1/secrets', signal)

  const bind = async (pod: Pod) => {
    const target = { apiVersion: 'v1', kind: 'Node', name: nodeName }
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target }
    // Refused: deleted meanwhile, or another node was quicker.
    await client.call('POST', `${podPath(pod)}/binding`, body).catch(() => {})
  }

  const evict = async (resident: Resident, graceSeconds: number) => {
    await resident.leave(graceSeconds)
    const { uid = '' } = resident.pod().metadata
    const body = { gracePeriodSeconds: 0, preconditions: { uid } }
    // Refused: gone already.
    await client.call('DELETE', podPath(resident.pod()), body).catch(() => {})
    residents.delete(uid)
  }
  const onPod = (pod: Pod, isGone: boolean) => {
    const uid = pod.metadata.uid ?? ''
    let resident = residents.get(uid)
    const told = isToldAnew(resident?.pod(), pod)
    resident?.update(pod)
    // Whatever is new of a pod makes a kubelet look at its volumes, too.
    if (told && !held) resident?.sync()
    if (resident === undefined) {
      if (isGone || isOver(pod)) return
      if (pod.spec.nodeName === undefined && pod.spec.schedulingGates === undefined) void bind(pod)
      if (pod.spec.nodeName !== nodeName) return
      resident = settle(pod, { client, programs, network, configMaps, secrets, folder, restartDelayMs })
      residents.set(uid, resident)
    }
    if (isGone) void evict(resident, 0)
    else if (pod.metadata.deletionTimestamp !== undefined)
      void evict(resident, pod.metadata.deletionGracePeriodSeconds ?? 30)
  }

  await Promise.all([configMaps.synced, secrets.synced])
  await registerNode(client, nodeName, network.cidr)
  const heartbeat = setInterval(() => void renewNode(client, nodeName).catch(() => {}), heartbeatMs)
  let held = false
  const sync = setInterval(() => {
    if (held) return
    for (const resident of residents.values()) resident.sync()
  }, options.volumeSyncMs ?? 1_000)
  const pods = cachedList<Pod>(client, '/api/v1/pods', signal, onPod)
  await pods.synced

  return {
    nodeName,
    podCidr: network.cidr,
    logFile: (namespace, name, container) =>
      [...residents.values()]
        .find((each) => each.pod().metadata.namespace === namespace && each.pod().metadata.name === name)
        ?.logFile(container),
    holdVolumes: (hold) => {
      held = hold
    },
    stop: async () => {
      stopping.abort()
      clearInterval(heartbeat)
      clearInterval(sync)
      await Promise.all([...residents.values()].map((each) => each.leave(1)))
      await removeNode(client, nodeName).catch(() => {})
      network.release()
      leash.forget(removal)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
