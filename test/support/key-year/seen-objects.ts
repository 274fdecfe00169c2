import { type Projection, project } from '../../../operator/src/controllers/tenant/compare/projection.ts'
import { type Memory } from '../../../operator/src/controllers/tenant/ports.ts'
import { type KubeObject, type ObjectName } from '../../../operator/src/kube/port.ts'

const keyOf = (kind: string, { namespace, name }: ObjectName) => `${kind} ${namespace ?? ''}/${name}`
const versionOf = ({ metadata }: KubeObject) => Number(metadata.resourceVersion)

const projections = new WeakMap<KubeObject, Projection>()
function projected(object: KubeObject): Projection {
  const known = projections.get(object) ?? project(object)
  projections.set(object, known)
  return known
}

/** Objects as somebody heard of them, in whichever order that was. */
export class SeenObjects implements Memory {
  readonly #seen = new Map<string, KubeObject>()

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
    if (object) this.learn(object)
    else this.#seen.delete(keyOf(kind.kind, name))
  }

  learn(object: KubeObject): void {
    const key = keyOf(object.kind, object.metadata)
    const before = this.#seen.get(key)
    if (!before || versionOf(before) < versionOf(object)) this.#seen.set(key, object)
  }

  forget(object: KubeObject): void {
    const key = keyOf(object.kind, object.metadata)
    if (this.#seen.get(key)?.metadata.uid === object.metadata.uid) this.#seen.delete(key)
  }

  clear(): void {
    this.#seen.clear()
  }

  #of(kind: string): KubeObject[] {
    return [...this.#seen.values()].filter((object) => object.kind === kind)
  }
}
