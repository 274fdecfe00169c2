import { type ApiServer } from './api-server.ts'
import { SeenObjects } from './seen-objects.ts'
import { type Timeline } from './timeline.ts'

/** What changes without us while keys are under way, and so is seen late. */
const lagging = new Set(['EndpointSlice', 'Deployment', 'Job'])
/** Read live, always: no operator watches them. */
export const unwatched = new Set(['Secret', 'Pod'])
const prompt = [
  ...['Namespace', 'ConfigMap', 'RoleBinding', 'NetworkPolicy', 'ServiceAccount', 'Service'],
  ...['PodDisruptionBudget', 'Ingress', 'HTTPRoute', 'KiaviTenantClass'],
]

export interface WatchOptions {
  /** How late a change is heard of, in milliseconds; drawn for each. */
  lagMs: () => number
  /** Something changed that the tenant is looked at for. */
  heard: (kind: string) => void
}

/** What an operator's watches remember of the API server; late as watches are. */
export class WatchMemory extends SeenObjects {
  readonly #unwatch: () => void
  #isOver = false

  constructor(server: ApiServer, timeline: Timeline, { lagMs, heard }: WatchOptions) {
    super()
    for (const kind of [...prompt, ...lagging]) for (const object of server.list(kind)) this.learn(object)
    this.#unwatch = server.watch((object, isGone) => {
      const hear = () => {
        if (this.#isOver) return
        if (isGone) this.forget(object)
        else this.learn(object)
        if (lagging.has(object.kind)) heard(object.kind)
      }
      if (lagging.has(object.kind)) timeline.after(lagMs(), hear)
      else if (!unwatched.has(object.kind)) hear()
    })
  }

  /** The process that remembered is gone. */
  end(): void {
    this.#isOver = true
    this.#unwatch()
    this.clear()
  }
}
