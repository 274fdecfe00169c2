import { describe, expect, it } from 'vitest'
import { checkEndpoint } from '../../../../../operator/src/controllers/tenant/checks/endpoint.ts'
import { type Facts, type RouteFacts } from '../../../../../operator/src/controllers/tenant/compare/facts.ts'
import { type Projection } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { type Observed } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { observed, rendering, tenantClass } from '../world.ts'

const children = (key: string, facts: Facts) => new Map([[key, { facts } as Projection]])
const parent = (change: Partial<RouteFacts['parents'][number]> = {}) => ({
  ...{ gateway: 'gateways/public', controller: 'c', accepted: true, resolved: true, message: '', ...change },
})
const route = (...parents: RouteFacts['parents']) => ({
  children: children('HTTPRoute/runtime', { route: { parents } }),
})
const ingress = (addresses: number) => ({ children: children('Ingress/runtime', { ingress: { addresses } }) })
const byIngress = rendering({
  class: { ...tenantClass(), gateway: undefined, ingress: { className: 'nginx' } },
})
const reason = (how: ReturnType<typeof rendering>, seen: Partial<Observed>) =>
  checkEndpoint(how, observed(seen))?.reason

describe('checkEndpoint', () => {
  it.each<{ because: string; seen: Partial<Observed>; is: string | undefined }>([
    { because: 'the gateway took it', seen: route(parent()), is: undefined },
    { because: 'nobody answered', seen: route(), is: 'RouteNotAccepted' },
    { because: 'another gateway took it', seen: route(parent({ gateway: 'a/b' })), is: 'RouteNotAccepted' },
    { because: 'it was refused', seen: route(parent({ accepted: false })), is: 'RouteNotAccepted' },
    {
      because: 'the Service was not found',
      seen: route(parent({ resolved: false })),
      is: 'RouteNotAccepted',
    },
    {
      because: 'one of its controllers refuses',
      seen: route(parent(), parent({ controller: 'd', accepted: false })),
      is: 'RouteNotAccepted',
    },
    {
      because: 'the cluster does not know routes',
      seen: { missingKinds: new Set(['HTTPRoute']) },
      is: 'GatewayApiMissing',
    },
  ])('through a gateway is $is when $because', ({ seen, is }) => {
    expect(reason(rendering(), seen)).toBe(is)
  })

  it.each<{ because: string; seen: Partial<Observed>; is: string | undefined }>([
    { because: 'it has an address', seen: ingress(1), is: undefined },
    { because: 'its class exists', seen: { ...ingress(0), ingressClassExists: true }, is: undefined },
    { because: 'it is not made yet', seen: { ingressClassExists: true }, is: 'RouteNotAccepted' },
    { because: 'nobody serves its class', seen: ingress(0), is: 'IngressClassNotFound' },
  ])('through an Ingress is $is when $because', ({ seen, is }) => {
    expect(reason(byIngress, seen)).toBe(is)
  })

  it('is nowhere when the class names neither', () => {
    expect(reason(rendering({ class: { ...tenantClass(), gateway: undefined } }), {})).toBe('NoExposure')
  })
})
