/** An API server and its controllers in memory: what is written stands, Jobs succeed at once and pods come up. */
import { KubeAlreadyExists, KubeConflict } from '../../../../operator/src/kube/errors.ts'
import {
  type Cluster,
  type KubeObject,
  type ObjectName,
  type ResourceKind,
} from '../../../../operator/src/kube/port.ts'

type Json = Record<string, unknown>

export const keyOf = (kind: string, { namespace, name }: ObjectName) => `${kind} ${namespace ?? ''}/${name}`

export class SimulatedCluster implements Cluster {
  readonly objects = new Map<string, KubeObject>()
  #version = 0
  readonly #wrote: (what: string) => void

  constructor(wrote: (what: string) => void) {
    this.#wrote = wrote
  }

  /** Puts an object there as somebody else does. */
  put(object: KubeObject): KubeObject {
    this.#version += 1
    const uid = object.metadata.uid ?? `uid-${this.#version}`
    const metadata = { generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...object.metadata }
    const stored = structuredClone({
      ...object,
      metadata: { ...metadata, uid, resourceVersion: `${this.#version}` },
    })
    this.objects.set(keyOf(object.kind, object.metadata), stored)
    return stored
  }

  get: Cluster['get'] = (kind, name) =>
    Promise.resolve(structuredClone(this.objects.get(keyOf(kind.kind, name))))

  list: Cluster['list'] = (kind, { namespace, labelSelector } = {}) => {
    const [label, value] = labelSelector?.split('=') ?? []
    return Promise.resolve(
      structuredClone(
        [...this.objects.values()].filter(
          ({ kind: is, metadata }) =>
            is === kind.kind &&
            (namespace === undefined || metadata.namespace === namespace) &&
            (label === undefined || metadata.labels?.[label] === value),
        ),
      ),
    )
  }

  #write(kind: ResourceKind, object: KubeObject): Promise<KubeObject> {
    this.#wrote(`before ${kind.kind} ${object.metadata.name}`)
    const stored = this.put(object)
    this.#controllers(stored)
    this.#wrote(`after ${kind.kind} ${object.metadata.name}`)
    return Promise.resolve(structuredClone(stored))
  }

  create: Cluster['create'] = (kind, object) => {
    if (this.objects.has(keyOf(kind.kind, object.metadata)))
      return Promise.reject(new KubeAlreadyExists('It exists.', { code: 409 } as never))
    return this.#write(kind, object)
  }
  replace: Cluster['replace'] = (kind, object) => {
    const live = this.objects.get(keyOf(kind.kind, object.metadata))
    return live?.metadata.resourceVersion === object.metadata.resourceVersion
      ? this.#write(kind, object)
      : Promise.reject(new KubeConflict(`${kind.kind} ${object.metadata.name} moved on.`))
  }
  apply: Cluster['apply'] = (kind, object) => this.#write(kind, object)
  patch: Cluster['patch'] = (kind, name, patch) => {
    const live = this.objects.get(keyOf(kind.kind, name))
    if (!live) return Promise.reject(new Error(`There is no ${kind.kind} ${name.name}.`))
    return this.#write(kind, merge(live, patch) as KubeObject)
  }
  delete: Cluster['delete'] = (kind, name) => {
    this.#wrote(`before delete ${kind.kind} ${name.name}`)
    this.objects.delete(keyOf(kind.kind, name))
    return Promise.resolve()
  }

  #controllers(object: KubeObject): void {
    if (object.kind === 'Job') object['status'] = { conditions: [{ type: 'Complete', status: 'True' }] }
    if (object.kind !== 'Deployment') return
    const { replicas = 1 } = object['spec'] as { replicas?: number }
    const { generation: observedGeneration } = object.metadata
    object['status'] = { observedGeneration, replicas, updatedReplicas: replicas, readyReplicas: replicas }
    this.put({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...object.metadata, name: 'runtime-slice', uid: 'slice' },
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    })
  }
}

function merge(live: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Json = isRecord(live) ? { ...live } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, name)
    else merged[name] = merge(merged[name], value)
  }
  return merged
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
