/** A pod that lives on our node: its address, folder, tokens, worker and status, made together and given back together. */
import { join } from 'node:path'
import { type KubeClient } from '../kube-client.ts'
import { type CachedList } from './cached-list.ts'
import { type PodNetwork } from './pod-network.ts'
import { podTokens } from './pod-tokens.ts'
import { podVolumes } from './pod-volumes.ts'
import { startPodWorker } from './pod-worker.ts'
import { type ConfigMap, type Pod, type Secret } from './pod.ts'
import { type Programs } from './spawn-plan.ts'
import { statusPoster } from './status-poster.ts'

export interface House {
  client: KubeClient
  programs: Programs
  network: PodNetwork
  configMaps: CachedList<ConfigMap>
  secrets: CachedList<Secret>
  folder: string
  restartDelayMs: number
}

export interface Resident {
  pod(): Pod
  /** A newer Pod object was seen. */
  update(pod: Pod): void
  sync(): void
  logFile(container: string): string
  /** Ends its processes within the grace and posts the end; a second call waits for the first. */
  leave(graceSeconds: number): Promise<void>
}

export function settle(first: Pod, house: House): Resident {
  const { client, programs, network, configMaps, secrets, restartDelayMs } = house
  const { namespace = '', uid = '' } = first.metadata
  let newest = first
  const pod = () => newest
  const podIP = network.take()
  const folder = join(house.folder, uid)
  const volumes = podVolumes(folder)
  const tokens = new Map<string | undefined, string>()
  // A volume that wants one waits until it is there.
  const askTokens = async () => {
    for (const [audience, token] of await podTokens(client, first)) tokens.set(audience, token)
  }
  void askTokens().catch(() => {})
  const worker = startPodWorker({
    programs,
    sources: {
      podIP,
      configMap: (name) => configMaps.get(namespace, name),
      secret: (name) => secrets.get(namespace, name),
      token: (audience) => tokens.get(audience),
    },
    volumes,
    folder,
    pod,
    changed: () => poster.changed(),
    restartDelayMs,
  })
  const poster = statusPoster(client, pod, () => worker.truth())
  poster.changed()
  let leaving: Promise<void> | undefined
  const leaveOnce = async (graceSeconds: number) => {
    await worker.terminate(graceSeconds)
    poster.changed()
    await poster.settled()
    volumes.remove()
    network.giveBack(podIP)
  }
  return {
    pod,
    update: (pod) => {
      newest = pod
    },
    sync: () => worker.sync(),
    logFile: (container) => worker.logFile(container),
    leave: (graceSeconds) => (leaving ??= leaveOnce(graceSeconds)),
  }
}
