/** Walks a CRD's schema, and sets values in objects by the paths that it finds. */
import { type StructuralSchema } from '../../../operator/src/api/v1alpha1/structural-schema.ts'

/** `[]` stands for an item of a list, `*` for a value of a map. */
export type Path = readonly string[]

export interface Visited {
  path: Path
  node: StructuralSchema
}

export function walk(node: StructuralSchema, path: Path = []): Visited[] {
  const below = [
    ...Object.entries(node.properties ?? {}),
    ...(node.items ? ([['[]', node.items]] as const) : []),
    ...(node.additionalProperties ? ([['*', node.additionalProperties]] as const) : []),
  ]
  return [{ path, node }, ...below.flatMap(([step, child]) => walk(child, [...path, step]))]
}

type Json = Record<string, unknown>

const stepInto = (parent: unknown, step: string): [Json, string] => {
  const container = parent as Json
  if (step === '*') return [container, Object.keys(container)[0] ?? 'key']
  return [container, step === '[]' ? '0' : step]
}

export function valueAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, step) => {
    if (typeof parent !== 'object' || parent === null) return undefined
    const [container, key] = stepInto(parent, step)
    return container[key]
  }, object)
}

/** A copy of the object with the value in place; `undefined` takes the field away. */
export function withValue<T>(object: T, path: Path, value: unknown): T {
  const copy = structuredClone(object)
  const last = path.at(-1)!
  const [container, key] = stepInto(valueAt(copy, path.slice(0, -1)), last)
  if (value === undefined) Reflect.deleteProperty(container, key)
  else container[key] = value
  return copy
}

/** As the API server writes a path in its answers: `spec.passkeys.allowedOrigins[0]`. */
export const fieldPath = (path: Path) =>
  path
    .map((step) => (step === '[]' ? '[0]' : step === '*' ? '' : `.${step}`))
    .join('')
    .slice(1)
