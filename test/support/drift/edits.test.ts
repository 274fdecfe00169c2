import { describe, expect, it } from 'vitest'
import { at, editsOf, type Json } from './edits.ts'

const desired: Json = {
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'a', labels: { app: 'x' } },
  spec: { replicas: 2, paused: false, ports: [{ name: 'http', port: 80 }] },
}

describe('editsOf', () => {
  const edits = editsOf(desired)
  const named = (what: string) => edits.filter((edit) => edit.what === what).map(({ path }) => path.join('.'))

  it('changes every leaf but what names the object', () => {
    expect(named('change')).toEqual([
      'metadata.labels.app',
      'spec.replicas',
      'spec.paused',
      'spec.ports.0.name',
      'spec.ports.0.port',
    ])
  })

  it('removes every leaf, item and branch', () => {
    expect(named('remove')).toEqual([
      'metadata.labels',
      'metadata.labels.app',
      'spec',
      'spec.replicas',
      'spec.paused',
      'spec.ports',
      'spec.ports.0',
      'spec.ports.0.name',
      'spec.ports.0.port',
    ])
  })

  it('adds one to every list and map', () => {
    expect(named('add')).toEqual(['metadata.labels.stranger', 'spec.ports.1'])
  })

  it.each(edits.map((edit) => [`${edit.what} ${edit.path.join('.')}`, edit] as const))(
    'really edits: %s',
    (_, { what, path, variants }) => {
      for (const variant of variants) {
        const object = structuredClone(desired)
        variant(object)
        expect(object).not.toEqual(desired)
        if (what === 'add') expect(at(object, path)).toBeDefined()
      }
    },
  )
})
