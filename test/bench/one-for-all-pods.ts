/**
 * A kubelet that is one process for all serving pods of all tenants: each has its address, its mounted keys and its
 * readiness, and none weighs more than the shipped key code. Where the operator's own work on hundreds of tenants is
 * measured, a process for each pod would be most of what is seen.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { label } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { leash } from '../cluster/leash.ts'
import { cachedList } from '../cluster/process-kubelet/cached-list.ts'
import { registerNode, removeNode, renewNode } from '../cluster/process-kubelet/node.ts'
import { claimPodNetwork } from '../cluster/process-kubelet/pod-network.ts'
import { type Pod } from '../cluster/process-kubelet/pod.ts'
import { podAddresses } from './pod-addresses.ts'
import { settleWeightless, type WeightlessPod } from './weightless-pod.ts'

const heartbeatMs = 10_000
const memoryFolder = '/dev/shm'

export interface OneForAllPods {
  /** What the pods of each namespace sign with; undefined for one that has no keys yet. */
  kids(): Map<string, (string | undefined)[]>
  /** While true, no change of a Secret reaches a pod. */
  holdVolumes(hold: boolean): void
  stop(): Promise<void>
}

const pathOf = ({ metadata }: Pod) => `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}`

export async function startOneForAllPods(
  client: KubeClient,
  say: (line: string) => void,
): Promise<OneForAllPods> {
  const addresses = podAddresses(claimPodNetwork)
  const folder = mkdtempSync(join(existsSync(memoryFolder) ? memoryFolder : tmpdir(), 'kiavi-pods-'))
  const removal = `rm -rf '${folder}'`
  leash.undo(removal)
  const nodeName = `weightless-${randomBytes(4).toString('hex')}`
  const stopping = new AbortController()
  const pods = new Map<string, WeightlessPod>()
  let held = false
  const ground = {
    ...{ client, addresses, folder },
    isHeld: () => held,
    complain: ({ metadata }: Pod, error: Error) =>
      say(`pod ${metadata.namespace ?? ''}/${metadata.name}: ${error.message}`),
  }

  const bind = async (pod: Pod) => {
    const target = { apiVersion: 'v1', kind: 'Node', name: nodeName }
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target }
    // Refused: bound or deleted meanwhile.
    await client.call('POST', `${pathOf(pod)}/binding`, body).catch(() => {})
  }
  const evict = async (weightless: WeightlessPod) => {
    const { uid = '' } = weightless.pod().metadata
    pods.delete(uid)
    weightless.leave()
    const body = { gracePeriodSeconds: 0, preconditions: { uid } }
    // Refused: gone already.
    await client.call('DELETE', pathOf(weightless.pod()), body).catch(() => {})
  }
  const onPod = (pod: Pod, isGone: boolean) => {
    const { uid = '', deletionTimestamp } = pod.metadata
    const known = pods.get(uid)
    known?.update(pod)
    if (isGone || deletionTimestamp !== undefined) {
      if (known !== undefined) void evict(known)
    } else if (pod.spec.nodeName === undefined) void bind(pod)
    else if (known === undefined && pod.spec.nodeName === nodeName)
      pods.set(uid, settleWeightless(pod, ground))
  }

  await registerNode(client, nodeName, addresses.cidr)
  const heartbeat = setInterval(() => void renewNode(client, nodeName).catch(() => {}), heartbeatMs)
  const selector = encodeURIComponent(`${label.component}=runtime`)
  const list = cachedList<Pod>(client, `/api/v1/pods?labelSelector=${selector}`, stopping.signal, onPod)
  await list.synced
  return {
    kids: () => {
      const kids = new Map<string, (string | undefined)[]>()
      for (const each of pods.values()) {
        const { namespace = '' } = each.pod().metadata
        kids.set(namespace, [...(kids.get(namespace) ?? []), each.activeKid()])
      }
      return kids
    },
    holdVolumes: (hold) => {
      held = hold
    },
    stop: async () => {
      stopping.abort()
      clearInterval(heartbeat)
      for (const weightless of pods.values()) weightless.leave()
      await removeNode(client, nodeName).catch(() => {})
      addresses.release()
      rmSync(folder, { recursive: true, force: true })
      leash.forget(removal)
    },
  }
}
