import { type ObjectName, type ResourceKind } from './port.ts'

/** The path of a kind: all of it, or one namespace's part. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`
  if (namespace === undefined) return `${root}/${kind.plural}`
  if (!kind.namespaced) throw new TypeError(`${kind.kind} has no namespace, but "${namespace}" was given.`)
  return `${root}/namespaces/${segment(namespace)}/${kind.plural}`
}

/** The path of one object. */
export function objectPath(kind: ResourceKind, { namespace, name }: ObjectName): string {
  if (kind.namespaced && namespace === undefined) {
    throw new TypeError(`${kind.kind} "${name}" needs a namespace.`)
  }
  return `${collectionPath(kind, namespace)}/${segment(name)}`
}

/** A name that could climb out of its place in the path is a bug of ours or an attack: refused, not escaped. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/?#%\s]/.test(name)) {
    throw new TypeError(`"${name}" cannot be the name of a Kubernetes object.`)
  }
  return encodeURIComponent(name)
}
