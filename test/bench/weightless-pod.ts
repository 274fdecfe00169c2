/** A serving pod without a process of its own: the shipped key code, on the files that its kubelet mounts for it. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { KeyRing } from '../../runtime/src/keys/key-ring.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { type PodNetwork } from '../cluster/process-kubelet/pod-network.ts'
import { type ContainerTruth, notStarted, type PodTruth } from '../cluster/process-kubelet/pod-status.ts'
import { type Pod } from '../cluster/process-kubelet/pod.ts'
import { statusPoster } from '../cluster/process-kubelet/status-poster.ts'
import { mountedKeys } from './mounted-keys.ts'
import { openDoor } from './pod-door.ts'

/** How often a kubelet comes by without being called: its `syncFrequency`, unless set. */
const comesByMs = 60_000
/** As the tenants' Deployments have their readiness probed. */
const probeMs = 2_000

export interface Ground {
  client: KubeClient
  addresses: PodNetwork
  /** Where the pods' keys are mounted. */
  folder: string
  /** While true, no change of a Secret reaches a pod. */
  isHeld: () => boolean
  /** Something of a pod is not as it should be. */
  complain: (pod: Pod, error: Error) => void
}

export interface WeightlessPod {
  pod(): Pod
  /** What it signs with; undefined before its first key set. */
  activeKid(): string | undefined
  /** A newer Pod object was seen; as with a kubelet, a changed annotation brings its volumes up to date. */
  update(pod: Pod): void
  leave(): void
}

export function settleWeightless(
  first: Pod,
  { client, addresses, folder, isHeld, complain }: Ground,
): WeightlessPod {
  const { uid = '' } = first.metadata
  const podIP = addresses.take()
  let newest = first
  let isReady = false
  let activeKid: string | undefined
  const failed = (error: Error) => complain(newest, error)
  const files = mountedKeys({ client, folder: join(folder, uid), podIP, pod: () => newest, isHeld })
  const keys = new KeyRing(
    join(folder, uid),
    { loaded: (keySet) => void (activeKid = keySet.activeKid), refused: failed },
    { monotonic: () => performance.now(), wall: () => new Date() },
  )
  const close = openDoor(first, podIP, { keys, failed })

  const startTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const running: ContainerTruth = {
    ...notStarted,
    state: { running: { startedAt: startTime } },
    ...{ started: true, ready: true, containerID: `weightless://${uid}` },
  }
  const truth = (): PodTruth => ({
    ...{ startTime, podIP },
    init: new Map(),
    containers: new Map(newest.spec.containers.map(({ name }) => [name, isReady ? running : notStarted])),
  })
  const poster = statusPoster(client, () => newest, truth)
  poster.changed()

  /** What its readiness probe does. A container does not start before its volumes are there. */
  const probe = async () => {
    if (!files.isThere()) await files.bring()
    const before = isReady
    isReady = files.isThere() && (await keys.served()) !== undefined
    if (isReady !== before) poster.changed()
  }
  const probeNow = () => void probe().catch(failed)
  const timers = [setInterval(probeNow, probeMs), setInterval(() => void files.bring(), comesByMs)]
  probeNow()
  return {
    pod: () => newest,
    activeKid: () => activeKid,
    update: (pod) => {
      const isTold = !isDeepStrictEqual(newest.metadata.annotations, pod.metadata.annotations)
      newest = pod
      if (isTold) void files.bring()
    },
    leave: () => {
      for (const timer of timers) clearInterval(timer)
      close()
      files.remove()
      addresses.giveBack(podIP)
    },
  }
}
