import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenantSpec } from '../../../../../operator/src/api/v1alpha1/tenant.ts'
import { type DeploymentFacts } from '../../../../../operator/src/controllers/tenant/compare/facts.ts'
import { type Projection } from '../../../../../operator/src/controllers/tenant/compare/projection.ts'
import { heldBack } from '../../../../../operator/src/controllers/tenant/plan/growth.ts'
import { connectionLimitFor } from '../../../../../operator/src/providers/database/connection-budget.ts'
import { observed, tenantClass, tenantID } from '../world.ts'

interface Given {
  limit: number | undefined
  serving?: number
  replicas: number
  perPod?: number
  budget?: number
  others?: number
}
function held({ limit, serving = 2, replicas, perPod = 4, budget, others = 0 }: Given) {
  const of = tenantClass()
  const database = {
    ...of.database,
    connectionsPerPod: perPod,
    ...(budget === undefined ? {} : { maxConnections: budget }),
  }
  const marker = { installationID: 'i', tenantID: 'other', namespace: 'n', name: 'n', host: 'h', rpId: 'h' }
  const there = { ours: true, marker, commented: true, allowConnections: true, grants: [] }
  const deployment = { facts: { deployment: { wanted: serving } as DeploymentFacts } } as Projection
  return heldBack(
    {
      tenantID,
      spec: tenantSpec.parse({ host: 'auth.acme.eu', runtime: { replicas } }),
      class: { ...of, database },
    },
    observed({
      children: new Map([['Deployment/runtime', deployment]]),
      database: {
        state: 'seen',
        observed: {
          ...{ serverVersion: 180004, administrator: 'kiavi', roles: {} },
          ...(limit === undefined ? {} : { database: { ...there, connectionLimit: limit } }),
        },
        marked: [{ database: 'd', marker, connectionLimit: others }],
        open: [],
      },
    }),
  )
}

describe('heldBack', () => {
  it.each<{ because: string; given: Given }>([
    { because: 'the class has no budget', given: { limit: 24, replicas: 9 } },
    { because: 'there is room', given: { limit: 24, replicas: 4, budget: 64, others: 24 } },
    { because: 'nothing more is asked for', given: { limit: 24, replicas: 2, budget: 28, others: 24 } },
    { because: 'less is asked for', given: { limit: 24, replicas: 1, budget: 10, others: 24 } },
    { because: 'there is no database yet', given: { limit: undefined, replicas: 4, budget: 28 } },
    { because: 'it has no limit yet', given: { limit: -1, replicas: 4, budget: 28 } },
  ])('is nothing when $because', ({ given }) => {
    expect(held(given)).toBeUndefined()
  })

  it.each<{ because: string; given: Given; is: object }>([
    {
      because: 'more replicas are asked for',
      given: { limit: 24, replicas: 4, budget: 63, others: 24 },
      is: { limit: 24, replicas: 2, perPod: 4 },
    },
    {
      because: 'larger pools are asked for',
      given: { limit: 24, replicas: 2, perPod: 6, budget: 28 },
      is: { limit: 24, replicas: 2, perPod: 4 },
    },
    {
      because: 'larger pools on fewer pods are asked for',
      given: { limit: 24, replicas: 1, perPod: 9, budget: 28 },
      is: { limit: 24, replicas: 1, perPod: 6 },
    },
  ])('is what serves now when $because', ({ given, is }) => {
    expect(held(given)).toEqual(is)
  })

  it('never needs more connections than the tenant has', () => {
    const number = (most: number) => fc.integer({ min: 1, max: most })
    fc.assert(
      fc.property(number(20), number(50), number(20), number(50), (had, pool, replicas, perPod) => {
        const limit = connectionLimitFor(had, pool)
        const is = held({ limit, serving: had, replicas, perPod, budget: 8 })
        if (is) expect(connectionLimitFor(is.replicas, is.perPod)).toBeLessThanOrEqual(limit)
        else expect(connectionLimitFor(replicas, perPod)).toBeLessThanOrEqual(limit)
      }),
    )
  })
})
