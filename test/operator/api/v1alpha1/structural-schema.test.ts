import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { text } from '../../../../operator/src/api/v1alpha1/cel.ts'
import { structuralSchema } from '../../../../operator/src/api/v1alpha1/structural-schema.ts'

describe('structuralSchema', () => {
  it.each([
    [
      'a bounded integer is int32',
      z.int().min(1).max(9),
      { type: 'integer', minimum: 1, maximum: 9, format: 'int32' },
    ],
    [
      'an unbounded integer is int64, without the bounds of JavaScript',
      z.int().min(0),
      { type: 'integer', minimum: 0, format: 'int64' },
    ],
    [
      'a union of integers is an enum',
      z.union([z.literal(2048), z.literal(4096)]),
      { type: 'integer', enum: [2048, 4096], format: 'int32' },
    ],
    [
      'a map keeps the schema of its values',
      z.record(z.string(), z.string().max(3)),
      { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } },
    ],
    [
      'an object forbids nothing beside its properties',
      z.object({ a: z.string().optional() }),
      { type: 'object', properties: { a: { type: 'string' } } },
    ],
    [
      "a field with a default is not required, and Kubernetes' own words are kept",
      z.object({ a: z.array(z.string()).default([]).meta({ 'x-kubernetes-list-type': 'set' }) }),
      {
        type: 'object',
        properties: {
          a: { type: 'array', default: [], items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        },
      },
    ],
    [
      'a pattern that a rule says already is said once',
      text({ min: 1, max: 9 }, /^a\/b$/, 'write a/b'),
      {
        type: 'string',
        minLength: 1,
        maxLength: 9,
        'x-kubernetes-validations': [{ rule: "self.matches(r'^a/b$')", message: 'write a/b' }],
      },
    ],
    ['a pattern that no rule says is kept', z.string().regex(/^a$/), { type: 'string', pattern: '^a$' }],
  ])('%s', (_, schema, expected) => {
    expect(structuralSchema(schema)).toEqual(expected)
  })

  it('refuses a union that Kubernetes cannot be told', () => {
    expect(() => structuralSchema(z.union([z.literal(1), z.string()]))).toThrow('only unions of integers')
  })
})
