import { type PodAnswer, type RuntimeProbe } from '../../../providers/runtime/port.ts'
import { type Projection } from '../compare/projection.ts'
import { annotation, tenantNamespace } from '../../../api/v1alpha1/names.ts'
import { type Cluster } from '../../../kube/port.ts'
import { kinds } from '../../../kube/resource-kinds.ts'
import { type PodKeys } from '../keys/evidence.ts'
import { type PodSeen } from '../observed.ts'

/** Asks every pod that may be sent a request, each by its own address: also one that is on its way out. */
export async function askPods(
  children: ReadonlyMap<string, Projection>,
  runtime: RuntimeProbe,
): Promise<PodSeen[]> {
  const serving = [...children.values()].flatMap(({ facts: { slice } }) =>
    (slice?.endpoints ?? [])
      .filter(({ serving }) => serving)
      .map(({ address, pod }) => ({
        pod,
        address,
        http: slice?.ports['http'] ?? 8080,
        metrics: slice?.ports['metrics'] ?? 9464,
      })),
  )
  const asked = serving.sort((a, b) => (a.pod < b.pod ? -1 : 1))
  return Promise.all(
    asked.map(async ({ pod, ...address }) => {
      const { readiness, published, fault } = await runtime.ask(address)
      return { pod, answer: readiness, published, keys: keysOf(pod, readiness, published), fault }
    }),
  )
}

/** What it says of itself counts only for keys that verifiers do get of it. */
function keysOf(
  pod: string,
  readiness: PodAnswer['readiness'],
  published: PodAnswer['published'],
): PodKeys | undefined {
  if (!readiness?.keySet || !published) return undefined
  const { version, keys } = readiness.keySet
  return {
    ...{ pod, version, activeKid: readiness.activeKid },
    published: keys.filter(({ kid }) => published.includes(kid)),
  }
}

/** With what each was told last, read live: it is asked for only while a pod is late. */
export async function withNudges(
  pods: readonly PodSeen[],
  tenantID: string,
  cluster: Pick<Cluster, 'list'>,
): Promise<PodSeen[]> {
  const live = await cluster.list(kinds.Pod, { namespace: tenantNamespace(tenantID) })
  const told = new Map(live.map(({ metadata }) => [metadata.name, metadata.annotations?.[annotation.keySet]]))
  return pods.map((seen) => ({ ...seen, nudged: told.get(seen.pod) }))
}
