import { describe, expect, it } from 'vitest'
import { crd } from '../../../../operator/src/api/v1alpha1/crd.ts'
import { kinds } from '../../../../operator/src/api/v1alpha1/kinds.ts'
import { type StructuralSchema } from '../../../../operator/src/api/v1alpha1/structural-schema.ts'
import { fieldPath, walk } from '../../../integration/api/schema-walk.ts'

const fields = kinds.flatMap((definition) =>
  walk(crd(definition).spec.versions[0]!.schema.openAPIV3Schema as StructuralSchema)
    .filter(({ path }) => path[0] !== 'metadata')
    .map(({ path, node }) => ({ name: `${definition.kind} ${fieldPath(path)}`, path, node })),
)
const isListOrMap = (node: StructuralSchema) =>
  node.type === 'array' || node.additionalProperties !== undefined

describe('crd', () => {
  it.each(fields)('describes $name in a sentence', ({ path, node }) => {
    // A value of a map has no line of its own in kubectl explain.
    if (path.at(-1) === '*') return
    expect(node.description).toMatch(/^[A-Z`].*[.:]$|^host:port .*\.$/)
  })

  it.each(fields.filter(({ node, path }) => node.type === 'string' && path.length > 1))(
    'bounds $name, so that CEL can cost it',
    ({ node }) => {
      expect(node['maxLength'] ?? node['enum'] ?? node['format']).toBeDefined()
    },
  )

  it.each(fields.filter(({ node }) => isListOrMap(node)))('bounds $name in number', ({ node }) => {
    expect(node['maxItems'] ?? node['maxProperties']).toBeDefined()
  })

  it.each(kinds)('gives $kind its names, columns and status', (definition) => {
    const { spec } = crd(definition)
    expect(spec.names).toMatchObject({ shortNames: [definition.shortName], categories: ['kiavi'] })
    expect(spec.versions[0]?.subresources).toHaveProperty('status')
    expect(definition.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['READY', 'REASON', 'AGE']),
    )
  })

  it('scales tenants and nothing else', () => {
    const scaled = kinds.filter((definition) => 'scale' in crd(definition).spec.versions[0]!.subresources)
    expect(scaled.map(({ kind }) => kind)).toEqual(['KiaviTenant'])
  })
})
