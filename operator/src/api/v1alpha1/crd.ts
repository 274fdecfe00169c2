import { type KindDefinition } from './kinds.ts'
import { group, version } from './names.ts'
import { structuralSchema } from './structural-schema.ts'

/** The CustomResourceDefinition of a kind, as plain JSON. */
export const crd = (definition: KindDefinition) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${definition.plural}.${group}`,
    labels: { 'app.kubernetes.io/name': 'kiavi-operator', 'app.kubernetes.io/part-of': 'kiavi' },
  },
  spec: {
    group,
    scope: definition.scope,
    names: {
      kind: definition.kind,
      listKind: `${definition.kind}List`,
      plural: definition.plural,
      singular: definition.kind.toLowerCase(),
      shortNames: [definition.shortName],
      categories: ['kiavi'],
    },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: rootSchema(definition) },
        additionalPrinterColumns: definition.columns,
        subresources: { status: {}, ...(definition.scale ? { scale: definition.scale } : {}) },
      },
    ],
  },
})

const rootSchema = ({ description, spec, status, rules }: KindDefinition) => ({
  type: 'object',
  description,
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string', description: 'Version of the schema: kiavi.eu/v1alpha1.' },
    kind: { type: 'string', description: 'Kind of the resource.' },
    metadata: { type: 'object' },
    spec: structuralSchema(spec),
    status: structuralSchema(status),
  },
  ...(rules.length > 0 ? { 'x-kubernetes-validations': rules } : {}),
})
