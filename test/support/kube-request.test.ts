import { describe, expect, it } from 'vitest'
import { kubeRequest } from './kube-request.ts'

const apply = 'application/apply-patch+yaml'

describe('kubeRequest', () => {
  it.each<[string, string, string | undefined, string | undefined, string]>([
    ['PATCH', '/api/v1/namespaces/a/secrets/b?fieldManager=x', apply, 'write', 'apply secrets a/b'],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/a/deployments/b',
      'application/merge-patch+json',
      'write',
      'patch deployments a/b',
    ],
    ['PUT', '/apis/apps/v1/namespaces/a/deployments/b', undefined, 'write', 'update deployments a/b'],
    ['DELETE', '/api/v1/namespaces/a/configmaps/b', undefined, 'write', 'delete configmaps a/b'],
    ['DELETE', '/api/v1/namespaces/a/configmaps', undefined, 'write', 'delete configmaps a/*'],
    ['PATCH', '/api/v1/namespaces/kiavi-x', apply, 'write', 'apply namespaces kiavi-x'],
    [
      'DELETE',
      '/apis/kiavi.eu/v1alpha1/kiavitenantclasses/default',
      undefined,
      'write',
      'delete kiavitenantclasses default',
    ],
    ['PUT', '/apis/coordination.k8s.io/v1/namespaces/a/leases/b', undefined, 'lease', 'update leases a/b'],
    ['PATCH', '/apis/events.k8s.io/v1/namespaces/a/events/b', apply, 'event', 'apply events a/b'],
    [
      'PUT',
      '/apis/networking.k8s.io/v1/namespaces/a/networkpolicies/sweep-1',
      undefined,
      'sweep',
      'update networkpolicies a/sweep-1',
    ],
    ['GET', '/api/v1/namespaces/a/secrets/b', undefined, undefined, 'read secrets a/b'],
    ['GET', '/api/v1/namespaces/a/secrets?watch=1', undefined, undefined, 'read secrets a/*'],
  ])('reads %s %s (%s)', (method, target, type, lane, words) => {
    const { lane: found, name } = kubeRequest(method, target, type)
    expect([found, `${name.verb} ${name.object}`]).toEqual([lane, words])
  })

  it('names a created object by its body', () => {
    const body = Buffer.from(JSON.stringify({ metadata: { name: 'claim-host-1' }, data: { password: 'x' } }))
    expect(kubeRequest('POST', '/api/v1/namespaces/a/configmaps', undefined, body).name).toEqual({
      backend: 'kubernetes',
      verb: 'create',
      object: 'configmaps a/claim-host-1',
    })
  })

  it.each([
    [
      'status of an object',
      '/apis/kiavi.eu/v1alpha1/namespaces/a/kiavitenants/b/status',
      'kiavitenants a/b',
      'status',
    ],
    ['status of a namespace', '/api/v1/namespaces/a/status', 'namespaces a', 'status'],
    ['finalize of a namespace', '/api/v1/namespaces/a/finalize', 'namespaces a', 'finalize'],
  ])('tells the subresource: %s', (_, target, object, subresource) => {
    expect(kubeRequest('PATCH', target, undefined).name).toMatchObject({ object, subresource })
  })

  it.each([
    ['a dry run', '/api/v1/namespaces/a/pods?dryRun=All'],
    ['a review of rights', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
    ['a token', '/api/v1/namespaces/a/serviceaccounts/b/token'],
  ])('does not count what stores nothing: %s', (_, target) => {
    expect(kubeRequest('POST', target, undefined).lane).toBeUndefined()
  })
})
