/** For each bound that a schema may say: a value just past it, and how the API server names the fault. */
import { type StructuralSchema } from '../../../operator/src/api/v1alpha1/structural-schema.ts'

export interface Bound {
  keyword: string
  bad: (node: StructuralSchema, good: unknown) => unknown
  says: RegExp
}

const number = (node: StructuralSchema, keyword: string) => node[keyword] as number

export const bounds: Bound[] = [
  {
    keyword: 'minLength',
    bad: (node) => 'a'.repeat(number(node, 'minLength') - 1),
    says: /at least \d+ chars long/,
  },
  { keyword: 'maxLength', bad: (node) => 'a'.repeat(number(node, 'maxLength') + 1), says: /Too long/ },
  { keyword: 'minimum', bad: (node) => number(node, 'minimum') - 1, says: /greater than or equal to/ },
  { keyword: 'maximum', bad: (node) => number(node, 'maximum') + 1, says: /less than or equal to/ },
  { keyword: 'enum', bad: (node) => (node.type === 'integer' ? 1 : 'Other'), says: /Unsupported value/ },
  {
    keyword: 'minItems',
    bad: (node, good) => (good as unknown[]).slice(0, number(node, 'minItems') - 1),
    says: /at least \d+ items/,
  },
  {
    keyword: 'maxItems',
    bad: (node, good) => Array.from({ length: number(node, 'maxItems') + 1 }, () => (good as unknown[])[0]),
    says: /Too many/,
  },
  { keyword: 'minProperties', bad: () => ({}), says: /at least \d+ properties/ },
  {
    keyword: 'maxProperties',
    bad: (node, good) =>
      Object.fromEntries(
        Array.from({ length: number(node, 'maxProperties') + 1 }, (_, index) => [
          `key-${index}`,
          Object.values(good as object)[0] as unknown,
        ]),
      ),
    says: /Too many/,
  },
]
