import { describe, expect, it } from 'vitest'
import { digest } from '../../../../../operator/src/controllers/canonical.ts'
import { normalise } from '../../../../../operator/src/controllers/tenant/compare/normalise.ts'

const object = (kind: string, more: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' }, ...more })
const same = (kind: string, a: object, b: object) =>
  digest(normalise(object(kind, a))) === digest(normalise(object(kind, b)))
const template = (labels: object, annotations: object = {}) => ({
  spec: { template: { metadata: { labels, annotations } } },
})
const memory = (limit: string) => ({ spec: { containers: [{ resources: { limits: { memory: limit } } }] } })

describe('normalise', () => {
  it.each([
    { because: 'status is not ours', kind: 'Service', a: { status: { x: 1 } }, b: {} },
    {
      because: 'the cluster gives addresses',
      kind: 'Service',
      a: { spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] } },
      b: { spec: {} },
    },
    {
      because: 'a namespace lists its own finalizers',
      kind: 'Namespace',
      a: { spec: { finalizers: ['kubernetes'] } },
      b: {},
    },
    { because: 'old clusters list tokens', kind: 'ServiceAccount', a: { secrets: [{ name: 't' }] }, b: {} },
    {
      because: 'a Job is given its selector',
      kind: 'Job',
      a: { spec: { selector: { matchLabels: { x: '1' } } } },
      b: { spec: {} },
    },
    {
      because: 'a Job labels its pods',
      kind: 'Job',
      a: template({
        ours: '1',
        'batch.kubernetes.io/controller-uid': 'u',
        'controller-uid': 'u',
        'job-name': 'j',
      }),
      b: template({ ours: '1' }),
    },
    {
      because: 'a person may restart the pods',
      kind: 'Deployment',
      a: template({}, { 'kubectl.kubernetes.io/restartedAt': '2026-01-01' }),
      b: template({}),
    },
    { because: 'an amount is written shorter', kind: 'Deployment', a: memory('1024Mi'), b: memory('1Gi') },
  ])('takes for the same what differs when $because', ({ kind, a, b }) => {
    expect(same(kind, a, b)).toBe(true)
  })

  it.each([
    {
      because: 'a Service lost its address',
      kind: 'Service',
      a: { spec: { clusterIP: 'None' } },
      b: { spec: {} },
    },
    { because: 'an amount is another', kind: 'Deployment', a: memory('1024M'), b: memory('1Gi') },
    { because: 'pods bear a label more', kind: 'Deployment', a: template({ more: '1' }), b: template({}) },
    {
      because: 'an order was changed',
      kind: 'Deployment',
      a: { spec: { args: ['a', 'b'] } },
      b: { spec: { args: ['b', 'a'] } },
    },
    {
      because: 'a text only looks like an amount',
      kind: 'ConfigMap',
      a: { data: { x: '1024Mi' } },
      b: { data: { x: '1Gi' } },
    },
  ])('keeps apart what differs when $because', ({ kind, a, b }) => {
    expect(same(kind, a, b)).toBe(false)
  })

  it('leaves the object that it was given as it was', () => {
    const given = object('Service', { spec: { clusterIP: '10.0.0.1' }, status: {} })
    const before = structuredClone(given)
    normalise(given)
    expect(given).toEqual(before)
  })
})
