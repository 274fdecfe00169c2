import { annotation, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type Cluster, type KubeObject } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type PodAnswer, type RuntimeProbe } from '../../../providers/runtime/port.ts'
import { type SliceFacts } from '../compare/facts.ts'
import { project } from '../compare/projection.ts'
import { type PodKeys } from '../keys/evidence.ts'
import { type PodSeen } from '../observed.ts'

/** Asks every pod behind the tenant's Service, each by its own address: also one that is on its way out, or not ready. */
export async function askPods(slices: readonly SliceFacts[], runtime: RuntimeProbe): Promise<PodSeen[]> {
  const found = slices.flatMap(({ endpoints, ports }) =>
    endpoints.map(({ address, pod, serving }) => ({
      ...{ pod, serving, address },
      http: ports['http'] ?? 8080,
      metrics: ports['metrics'] ?? 9464,
    })),
  )
  const asked = found.sort((a, b) => (a.pod < b.pod ? -1 : 1))
  return Promise.all(
    asked.map(async ({ pod, serving, ...address }) => {
      const { readiness, published, fault } = await runtime.ask(address)
      return { pod, serving, answer: readiness, published, keys: keysOf(pod, readiness, published), fault }
    }),
  )
}

/** What it says of itself counts only for keys that verifiers do get of it. */
function keysOf(
  pod: string,
  readiness: PodAnswer['readiness'],
  published: PodAnswer['published'],
): PodKeys | undefined {
  if (!readiness?.keySet || readiness.activeKid === null || !published) return undefined
  const { version, activeSeconds, keys } = readiness.keySet
  return {
    ...{ pod, version, activeKid: readiness.activeKid, activeSeconds },
    published: keys.filter(({ kid }) => published.includes(kid)),
  }
}

/** Memory may lag: a pod that it does not show yet would be taken for gone. */
export async function liveSlices(tenantID: string, cluster: Pick<Cluster, 'list'>): Promise<SliceFacts[]> {
  const live = await cluster.list(kinds.EndpointSlice, { namespace: tenantNamespace(tenantID) })
  return live.flatMap((object) => project(object).facts.slice ?? [])
}

/** With who may come back as it is: one whose container has started, and that nobody has deleted. */
export async function withReturning(
  pods: readonly PodSeen[],
  tenantID: string,
  cluster: Pick<Cluster, 'list'>,
): Promise<PodSeen[]> {
  if (pods.every(({ serving }) => serving)) return [...pods]
  const live = await cluster.list(kinds.Pod, { namespace: tenantNamespace(tenantID) })
  const running = new Set(live.filter(isRunning).map(({ metadata }) => metadata.name))
  return pods.map((seen) => ({ ...seen, mayReturn: !seen.serving && running.has(seen.pod) }))
}

/** A container that crashes again and again has not started; a node that is cut off leaves what it said last. */
function isRunning({ metadata, ...pod }: KubeObject): boolean {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as { containerStatuses?: { started?: boolean }[] }
  return metadata.deletionTimestamp === undefined && containerStatuses.some(({ started }) => started === true)
}

/** With what each was told last, and whether it is on its way out, read live: asked for only while a pod is late. */
export async function withNudges(
  pods: readonly PodSeen[],
  tenantID: string,
  cluster: Pick<Cluster, 'list'>,
): Promise<PodSeen[]> {
  const live = await cluster.list(kinds.Pod, { namespace: tenantNamespace(tenantID) })
  const byName = new Map(live.map(({ metadata }) => [metadata.name, metadata]))
  return pods.map((seen) => {
    const pod = byName.get(seen.pod)
    return {
      ...seen,
      nudged: pod?.annotations?.[annotation.keySet],
      leaving: pod?.deletionTimestamp !== undefined || pod === undefined,
    }
  })
}
