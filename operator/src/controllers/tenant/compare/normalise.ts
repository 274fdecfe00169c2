import { type KubeObject } from '../../../kube/port.ts'
import { quantity } from './quantity.ts'

type Json = Record<string, unknown>

/**
 * An object as far as it is ours to judge: what we would set, and what nobody should have added. Left out are the
 * server's own metadata, status, annotations (compared apart), finalizers, and what the server fills in.
 */
export function normalise(object: KubeObject): Json {
  const { metadata } = object
  const copy: Json = structuredClone(object)
  remove(copy, ['apiVersion', 'kind', 'metadata', 'status'])
  forget(object.kind, copy)
  return {
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      labels: metadata.labels,
      ownerReferences: metadata.ownerReferences,
    },
    ...quantities(copy),
  }
}

/** What the server or its controllers fill in beyond constant defaults, kind by kind. */
function forget(kind: string, object: Json): void {
  const spec = object['spec'] as Json | undefined
  switch (kind) {
    case 'Namespace':
      delete object['spec']
      return
    case 'ServiceAccount':
      // Token controllers of old clusters and of some distributions list their own here.
      delete object['secrets']
      return
    case 'Service':
      // A headless Service is a difference that matters: without an address nothing balances.
      if (spec && spec['clusterIP'] !== 'None') remove(spec, ['clusterIP', 'clusterIPs', 'ipFamilies'])
      return
    case 'Job': {
      if (!spec) return
      delete spec['selector']
      const labels = templateMeta(spec)?.['labels'] as Json | undefined
      if (labels) {
        remove(labels, ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'])
        remove(labels, ['controller-uid', 'job-name'])
      }
      return
    }
    case 'Deployment': {
      // `kubectl rollout restart` is a person's right.
      const annotations = spec && (templateMeta(spec)?.['annotations'] as Json | undefined)
      if (annotations) remove(annotations, [restartedAt])
    }
  }
}

export const restartedAt = 'kubectl.kubernetes.io/restartedAt'

export const templateMeta = (spec: Json): Json | undefined =>
  (spec['template'] as Json | undefined)?.['metadata'] as Json | undefined

function remove(object: Json, names: string[]): void {
  for (const name of names) Reflect.deleteProperty(object, name)
}

/** `1024Mi` and `1Gi` are the same to the server, which writes the shorter one. */
function quantities(value: Json): Json {
  return walk(value, '') as Json
}

function walk(value: unknown, within: string): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, within))
  if (typeof value !== 'object' || value === null) {
    return isQuantity.has(within) && typeof value === 'string' ? quantity(value) : value
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      walk(field, isQuantity.has(within) || isQuantity.has(name) ? nearest(within, name) : name),
    ]),
  )
}

const isQuantity = new Set(['requests', 'limits', 'sizeLimit'])
const nearest = (within: string, name: string) => (isQuantity.has(name) ? name : within)
