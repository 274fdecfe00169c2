import { describe, expect, it } from 'vitest'
import { collectionPath, objectPath } from '../../../operator/src/kube/paths.ts'
import { kinds } from '../../../operator/src/kube/resource-kinds.ts'

describe('objectPath', () => {
  it.each([
    { kind: kinds.Namespace, name: { name: 'a' }, path: '/api/v1/namespaces/a' },
    { kind: kinds.Secret, name: { namespace: 'n', name: 'a.b' }, path: '/api/v1/namespaces/n/secrets/a.b' },
    {
      kind: kinds.KiaviTenant,
      name: { namespace: 'n', name: 'a' },
      path: '/apis/kiavi.eu/v1alpha1/namespaces/n/kiavitenants/a',
    },
  ])('finds $kind.kind at $path', ({ kind, name, path }) => {
    expect(objectPath(kind, name)).toBe(path)
  })

  it.each(['..', '.', '', 'a/b', 'a?b', 'a%2fb', 'a b', 'a#b'])(
    'refuses the name "%s", which could lead elsewhere',
    (name) => {
      expect(() => objectPath(kinds.Namespace, { name })).toThrow('cannot be the name')
      expect(() => objectPath(kinds.Secret, { namespace: name, name: 'a' })).toThrow('cannot be the name')
    },
  )

  it('wants a namespace exactly where the kind has one', () => {
    expect(() => objectPath(kinds.Secret, { name: 'a' })).toThrow('needs a namespace')
    expect(() => collectionPath(kinds.Namespace, 'n')).toThrow('has no namespace')
  })
})
