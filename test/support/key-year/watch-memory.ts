import { type Projection, project } from '../../../operator/src/controllers/tenant/compare/projection.ts'
import { type Memory } from '../../../operator/src/controllers/tenant/ports.ts'
import { type KubeObject, type ObjectName } from '../../../operator/src/kube/port.ts'
import { type ApiServer } from './api-server.ts'
import { type Timeline } from './timeline.ts'

const keyOf = (kind: string, { namespace, name }: ObjectName) => `${kind} ${namespace ?? ''}/${name}`
const versionOf = ({ metadata }: KubeObject) => Number(metadata.resourceVersion)
/** What changes without us while keys are under way, and so is seen late. */
const lagging = new Set(['EndpointSlice', 'Deployment', 'Job'])

const projections = new WeakMap<KubeObject, Projection>()
function projected(object: KubeObject): Projection {
  const known = projections.get(object) ?? project(object)
  projections.set(object, known)
  return known
}

export interface WatchOptions {
  /** How late a change is heard of, in milliseconds; drawn for each. */
  lagMs: () => number
  /** Something changed that the tenant is looked at for. */
  heard: (kind: string) => void
}

/** What an operator's watches remember of the API server; late as watches are. */
export class WatchMemory implements Memory {
  readonly #seen = new Map<string, KubeObject>()
  readonly #unwatch: () => void
  #isOver = false

  constructor(server: ApiServer, timeline: Timeline, { lagMs, heard }: WatchOptions) {
    for (const kind of [
      'Namespace',
      'ConfigMap',
      'RoleBinding',
      'NetworkPolicy',
      'ServiceAccount',
      'Service',
    ])
      for (const object of server.list(kind)) this.#learn(object)
    for (const kind of ['PodDisruptionBudget', 'Ingress', 'HTTPRoute', 'KiaviTenantClass', ...lagging])
      for (const object of server.list(kind)) this.#learn(object)
    this.#unwatch = server.watch((object, isGone) => {
      const learn = () => {
        if (this.#isOver) return
        if (isGone) this.#forget(object)
        else this.#learn(object)
        if (lagging.has(object.kind)) heard(object.kind)
      }
      if (lagging.has(object.kind)) timeline.after(lagMs(), learn)
      else if (object.kind !== 'Secret' && object.kind !== 'Pod') learn()
    })
  }

  /** The process that remembered is gone. */
  end(): void {
    this.#isOver = true
    this.#unwatch()
    this.#seen.clear()
  }

  get: Memory['get'] = (kind, name) => {
    const found = this.#seen.get(keyOf(kind.kind, name))
    return found && projected(found)
  }

  list: Memory['list'] = (kind, namespace) =>
    this.#of(kind.kind)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .map((object) => ({ name: object.metadata.name, projection: projected(object) }))

  classes = () => this.#of('KiaviTenantClass')
  adoptions = () => []
  holders = () => []
  serves = () => true

  note: Memory['note'] = (kind, name, object) => {
    if (object) this.#learn(object)
    else this.#seen.delete(keyOf(kind.kind, name))
  }

  #of(kind: string): KubeObject[] {
    return [...this.#seen.values()].filter((object) => object.kind === kind)
  }

  #learn(object: KubeObject): void {
    const key = keyOf(object.kind, object.metadata)
    const before = this.#seen.get(key)
    if (!before || versionOf(before) < versionOf(object)) this.#seen.set(key, object)
  }

  #forget(object: KubeObject): void {
    const key = keyOf(object.kind, object.metadata)
    if (this.#seen.get(key)?.metadata.uid === object.metadata.uid) this.#seen.delete(key)
  }
}
