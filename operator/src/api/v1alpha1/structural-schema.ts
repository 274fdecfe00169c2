import { z } from 'zod'
import { matches } from './cel.ts'

export interface StructuralSchema {
  type?: string
  description?: string
  properties?: Record<string, StructuralSchema>
  required?: string[]
  items?: StructuralSchema
  additionalProperties?: StructuralSchema
  [keyword: string]: unknown
}

/** JSON numbers that zod bounds by itself: no bound of ours. */
const unbounded = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
const int32 = 2 ** 31 - 1

/** A zod schema as the structural OpenAPI schema that a CustomResourceDefinition wants. */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  return tidy(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as StructuralSchema)
}

function tidy(node: StructuralSchema): StructuralSchema {
  const { anyOf, properties, items, additionalProperties, ...rest } = node
  let out: StructuralSchema = without(rest, ['$schema', 'propertyNames'])
  if (anyOf !== undefined) out = { ...out, ...oneEnum(anyOf as StructuralSchema[]) }
  if (out.type === 'integer') out = bounded(out)
  if (saidInCel(out)) out = without(out, ['pattern'])
  if (properties) out.properties = mapValues(properties, tidy)
  // A structural schema has either; zod's `false` beside properties means what pruning does anyway.
  else if (typeof additionalProperties === 'object') out.additionalProperties = tidy(additionalProperties)
  if (items) out.items = tidy(items)
  return out
}

/** Structural schemas know no unions: literals of one type become an enum. */
function oneEnum(members: StructuralSchema[]): StructuralSchema {
  const values = members.flatMap((member) => (member['enum'] ?? [member['const']]) as unknown[])
  if (!values.every((value) => Number.isInteger(value)))
    throw new Error(`only unions of integers can be told to Kubernetes, not ${JSON.stringify(members)}`)
  return { type: 'integer', enum: values }
}

function bounded(node: StructuralSchema): StructuralSchema {
  const zods = ['minimum', 'maximum'].filter((keyword) => unbounded.includes(node[keyword] as number))
  const out = without(node, zods)
  const largest = Math.max(
    ...((out['enum'] as number[] | undefined) ?? [(out['maximum'] as number | undefined) ?? Infinity]),
  )
  return { ...out, format: largest <= int32 ? 'int32' : 'int64' }
}

function saidInCel(node: StructuralSchema): boolean {
  const validations = (node['x-kubernetes-validations'] ?? []) as { rule: string }[]
  return validations.some(({ rule }) => rule === matches(new RegExp(String(node['pattern']))))
}

const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

const without = (node: StructuralSchema, keywords: string[]): StructuralSchema =>
  Object.fromEntries(Object.entries(node).filter(([keyword]) => !keywords.includes(keyword)))
