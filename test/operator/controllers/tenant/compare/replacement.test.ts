import { describe, expect, it } from 'vitest'
import {
  mustBeMadeAnew,
  replacement,
} from '../../../../../operator/src/controllers/tenant/compare/replacement.ts'
import { type KubeObject } from '../../../../../operator/src/kube/port.ts'

const object = (kind: string, metadata: object, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'runtime', ...metadata },
  ...more,
})
const identity = { uid: 'u', resourceVersion: '9' }

describe('replacement', () => {
  it('is ours on the identity of the live object, so that one that moved on refuses it', () => {
    const put = replacement(
      object('ConfigMap', {}, { data: { a: 'ours' } }),
      object('ConfigMap', identity, { data: { a: 'theirs', b: 'x' } }),
    )
    expect(put.metadata).toMatchObject(identity)
    expect(put['data']).toEqual({ a: 'ours' })
  })

  it('keeps what strangers annotated and their finalizers, and what we say wins', () => {
    const live = object('ConfigMap', {
      ...identity,
      annotations: { theirs: '1', ours: 'wrong' },
      finalizers: ['x/y'],
    })
    const put = replacement(object('ConfigMap', { annotations: { ours: 'right' } }), live)
    expect(put.metadata.annotations).toEqual({ theirs: '1', ours: 'right' })
    expect(put.metadata.finalizers).toEqual(['x/y'])
  })

  it.each([
    {
      because: 'a Service keeps its addresses',
      kind: 'Service',
      ours: { spec: { ports: [1] } },
      live: { spec: { ports: [2], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] } },
      put: { spec: { ports: [1], clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] } },
    },
    {
      because: 'a Namespace keeps its finalizers',
      kind: 'Namespace',
      ours: {},
      live: { spec: { finalizers: ['kubernetes'] } },
      put: { spec: { finalizers: ['kubernetes'] } },
    },
    {
      because: 'a ServiceAccount keeps its tokens',
      kind: 'ServiceAccount',
      ours: {},
      live: { secrets: [{ name: 't' }] },
      put: { secrets: [{ name: 't' }] },
    },
    {
      because: 'a Job keeps what its controller wrote',
      kind: 'Job',
      ours: { spec: { suspend: false, template: { metadata: { labels: { a: 'b' } } } } },
      live: {
        spec: {
          suspend: true,
          selector: { matchLabels: { uid: 'u' } },
          template: { metadata: { labels: { a: 'b', uid: 'u' } } },
        },
      },
      put: {
        spec: {
          suspend: false,
          selector: { matchLabels: { uid: 'u' } },
          template: { metadata: { labels: { a: 'b', uid: 'u' } } },
        },
      },
    },
    {
      because: 'a restart that a person asked for is not taken back',
      kind: 'Deployment',
      ours: { spec: { template: { metadata: { annotations: { digest: 'd' } } } } },
      live: {
        spec: {
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 't', stranger: 's' } },
          },
        },
      },
      put: {
        spec: {
          template: { metadata: { annotations: { digest: 'd', 'kubectl.kubernetes.io/restartedAt': 't' } } },
        },
      },
    },
  ])('$because', ({ kind, ours, live, put }) => {
    const body = replacement(object(kind, {}, ours), object(kind, identity, live))
    expect(body).toEqual({ ...object(kind, { ...identity, annotations: {} }), ...put })
  })

  it('does not write into what it was given', () => {
    const desired = object('Service', {}, { spec: { ports: [1] } })
    const before = structuredClone(desired)
    replacement(desired, object('Service', identity, { spec: { clusterIP: '10.0.0.1' } }))
    expect(desired).toEqual(before)
  })
})

describe('mustBeMadeAnew', () => {
  it.each([
    { kind: 'RoleBinding', path: 'roleRef.name', anew: true },
    { kind: 'RoleBinding', path: 'subjects.0.name', anew: false },
    { kind: 'Deployment', path: 'spec.selector.matchLabels.a', anew: true },
    { kind: 'Deployment', path: 'spec.selectors', anew: false },
    { kind: 'Job', path: 'spec.template.spec.containers.0.image', anew: true },
    { kind: 'Service', path: 'spec.clusterIP', anew: true },
    { kind: 'Service', path: 'spec.ports', anew: false },
    { kind: 'ConfigMap', path: 'immutable', anew: true },
    { kind: 'Secret', path: 'type', anew: true },
    { kind: 'NetworkPolicy', path: 'spec.ingress', anew: false },
  ])('is $anew for $path of a $kind', ({ kind, path, anew }) => {
    expect(mustBeMadeAnew(kind, ['metadata.labels.a', path])).toBe(anew)
  })
})
