/** Posts a pod's status whenever it differs from what was posted last; one request at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeClient, KubeStatusError } from '../kube-client.ts'
import { podStatus, type PodTruth } from './pod-status.ts'
import { type Pod, type PodStatus } from './pod.ts'

export interface StatusPoster {
  /** The truth has changed. */
  changed(): void
  /** Resolves when what is true now was posted, or cannot be any more. */
  settled(): Promise<void>
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

export function statusPoster(client: KubeClient, pod: () => Pod, truth: () => PodTruth): StatusPoster {
  let posted: PodStatus | undefined
  let dirty = false
  let posting: Promise<void> | undefined

  const postOnce = async (): Promise<boolean> => {
    const { metadata, status } = pod()
    const known = posted ?? status
    const next = podStatus({ ...pod(), ...(known === undefined ? {} : { status: known }) }, truth(), now())
    if (JSON.stringify(next) === JSON.stringify(posted)) return true
    const path = `/api/v1/namespaces/${metadata.namespace ?? ''}/pods/${metadata.name}/status`
    // A merge keeps what is not named: what a condition says no more is named as null.
    const conditions = next.conditions.map((each) => ({ reason: null, message: null, ...each }))
    const patch = { metadata: { uid: metadata.uid }, status: { ...next, conditions } }
    try {
      // A strategic merge leaves the conditions of others (PodScheduled, DisruptionTarget) alone.
      await client.call('PATCH', path, patch, 'application/strategic-merge-patch+json')
      posted = next
      return true
    } catch (error) {
      // Gone, or another pod of the same name: nobody to tell.
      return error instanceof KubeStatusError && [404, 409, 422].includes(error.status)
    }
  }
  const post = async () => {
    while (dirty) {
      dirty = false
      if (await postOnce()) continue
      dirty = true
      await sleep(200)
    }
    posting = undefined
  }
  return {
    changed: () => {
      dirty = true
      posting ??= post()
    },
    settled: async () => {
      await posting
    },
  }
}
