import { type RuntimeProbe } from '../../../providers/runtime/port.ts'
import { type Projection } from '../compare/projection.ts'
import { type PodSeen } from '../observed.ts'

/** More than this are not asked: one that is proven is enough. */
const mostAsked = 5

/** Asks the pods that traffic reaches, each by its own address. */
export async function askPods(
  children: ReadonlyMap<string, Projection>,
  runtime: RuntimeProbe,
): Promise<PodSeen[]> {
  const serving = [...children.values()].flatMap(({ facts: { slice } }) =>
    (slice?.endpoints ?? [])
      .filter(({ ready, terminating }) => ready && !terminating)
      .map(({ address, pod }) => ({
        pod,
        address,
        http: slice?.ports['http'] ?? 8080,
        metrics: slice?.ports['metrics'] ?? 9464,
      })),
  )
  const asked = serving.sort((a, b) => (a.pod < b.pod ? -1 : 1)).slice(0, mostAsked)
  return Promise.all(
    asked.map(async ({ pod, ...address }) => {
      const { readiness, published, fault } = await runtime.ask(address)
      return { pod, answer: readiness, published, fault }
    }),
  )
}
