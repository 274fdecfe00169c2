import { describe, expect, it } from 'vitest'
import { compare, isAsDesired } from '../../../../../operator/src/controllers/tenant/compare/compare.ts'
import { project } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { type KubeObject } from '../../../../../operator/src/kube/port.ts'
import { serving, groundwork } from '../../../../../operator/src/controllers/tenant/children/children.ts'
import { rendering } from '../world.ts'

const desired: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'tenant',
    namespace: 'n',
    labels: { a: '1' },
    annotations: { 'kiavi.eu/owner': 'n/acme' },
  },
  data: { 'tenant.json': '{}' },
}
/** As the server stores it. */
const live = (change: { metadata?: object; data?: object; more?: object } = {}): KubeObject => ({
  ...desired,
  metadata: {
    ...desired.metadata,
    uid: 'u',
    resourceVersion: '9',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...change.metadata,
  },
  data: { ...(desired['data'] as object), ...change.data },
  ...change.more,
})
const paths = (object: KubeObject) => compare(desired, object).map(({ path }) => path)

describe('compare', () => {
  it.each([
    { because: 'nothing was changed', object: live() },
    { because: 'the server keeps books', object: live({ metadata: { managedFields: [], generation: 3 } }) },
    {
      because: 'an annotation is somebody else’s',
      object: live({ metadata: { annotations: { ...desired.metadata.annotations, theirs: 'x' } } }),
    },
    { because: 'a finalizer is somebody else’s', object: live({ metadata: { finalizers: ['theirs/x'] } }) },
    { because: 'nothing was added in many words', object: live({ more: { binaryData: null } }) },
  ])('finds nothing when $because', ({ object }) => {
    expect(paths(object)).toEqual([])
    expect(isAsDesired(desired, project(object))).toBe(true)
  })

  it.each([
    {
      because: 'content was changed',
      object: live({ data: { 'tenant.json': '{"a":1}' } }),
      path: 'data.tenant.json',
    },
    { because: 'content was added', object: live({ data: { more: 'x' } }), path: 'data.more' },
    {
      because: 'a label was added',
      object: live({ metadata: { labels: { a: '1', b: '2' } } }),
      path: 'metadata.labels.b',
    },
    { because: 'a label was taken', object: live({ metadata: { labels: {} } }), path: 'metadata.labels.a' },
    {
      because: 'an annotation of ours was changed',
      object: live({ metadata: { annotations: { 'kiavi.eu/owner': 'n/other' } } }),
      path: 'metadata.annotations.kiavi.eu/owner',
    },
    {
      because: 'somebody made himself the owner, whose end would take it along',
      object: live({
        metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'x' }] },
      }),
      path: 'metadata.ownerReferences',
    },
    { because: 'it was frozen', object: live({ more: { immutable: true } }), path: 'immutable' },
  ])('says where when $because', ({ object, path }) => {
    expect(paths(object)).toEqual([path])
    expect(isAsDesired(desired, project(object))).toBe(false)
  })

  it('finds nothing between any child and itself', () => {
    for (const { object } of [...groundwork(rendering()), ...serving(rendering())]) {
      expect(compare(object, structuredClone(object))).toEqual([])
    }
  })
})
