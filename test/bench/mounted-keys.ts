/** The Secret of signing keys as files of a pod, brought as a kubelet brings it: when it comes by, and when it is called. */
import { mkdirSync, rmSync } from 'node:fs'
import { child } from '../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient } from '../cluster/kube-client.ts'
import { writeAtomically } from '../cluster/process-kubelet/atomic-writer.ts'
import { type Pod, type Secret } from '../cluster/process-kubelet/pod.ts'
import { volumeContent } from '../cluster/process-kubelet/volume-files.ts'

export interface MountedKeys {
  /** Resolves when what the Secret said at the time of the call, or later, lies there, or cannot. */
  bring(): Promise<void>
  /** Some version of the Secret lies there. */
  isThere(): boolean
  remove(): void
}

export interface Mounting {
  client: KubeClient
  folder: string
  podIP: string
  pod: () => Pod
  /** While true, nothing is brought. */
  isHeld: () => boolean
}

const nothing = () => undefined

export function mountedKeys({ client, folder, podIP, pod, isHeld }: Mounting): MountedKeys {
  mkdirSync(folder, { recursive: true })
  let isThere = false
  let isRemoved = false
  const once = async () => {
    const { metadata, spec } = pod()
    const volume = spec.volumes?.find(({ secret }) => secret?.secretName === child.signingKeys)
    const path = `/api/v1/namespaces/${metadata.namespace ?? ''}/secrets/${child.signingKeys}`
    const secret = await client.find<Secret>(path)
    if (volume === undefined || secret === undefined || isHeld() || isRemoved) return
    const sources = { podIP, configMap: nothing, secret: () => secret, token: nothing }
    const content = volumeContent(volume, pod(), sources)
    if (content.kind !== 'files') return
    writeAtomically(folder, content.files)
    isThere = true
  }
  let wanted = false
  let bringing: Promise<void> | undefined
  const whileWanted = async () => {
    while (wanted) {
      wanted = false
      // The API server is away, or the tenant is: a kubelet comes by again.
      await once().catch(() => {})
    }
    bringing = undefined
  }
  return {
    bring: async () => {
      if (isHeld()) return
      wanted = true
      await (bringing ??= whileWanted())
    },
    isThere: () => isThere,
    remove: () => {
      isRemoved = true
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
