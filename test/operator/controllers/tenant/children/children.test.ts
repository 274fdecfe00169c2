import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groundwork, serving } from '../../../../../operator/src/controllers/tenant/children/children.ts'
import { migrationJob } from '../../../../../operator/src/controllers/tenant/children/migration-job.ts'
import { namespace } from '../../../../../operator/src/controllers/tenant/children/namespace.ts'
import { operatorBinding } from '../../../../../operator/src/controllers/tenant/children/operator-binding.ts'
import { tenantSpec } from '../../../../../operator/src/api/v1alpha1/tenant.ts'
import { rendering, tenantClass, tenantID } from '../world.ts'

const all = (change: Parameters<typeof rendering>[0] = {}) => {
  const made = rendering(change)
  return [
    namespace(made),
    operatorBinding(made),
    migrationJob(made),
    ...[...groundwork(made), ...serving(made)].map(({ object }) => object),
  ]
}
const kindsOf = (change: Parameters<typeof rendering>[0] = {}) => all(change).map(({ kind }) => kind)

/** Every empty list in a value, by path. */
function emptyLists(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [path] : value.flatMap((item, at) => emptyLists(item, `${path}.${at}`))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => emptyLists(field, `${path}.${name}`))
}

describe('children', () => {
  it('are the same bytes for the same spec', () => {
    const specs = fc.record({
      host: fc.constantFrom('auth.acme.eu', 'login.example.org'),
      runtime: fc.record({ replicas: fc.integer({ min: 1, max: 20 }) }),
      tokens: fc.record({ accessTokenSeconds: fc.integer({ min: 60, max: 3600 }) }),
    })
    fc.assert(
      fc.property(specs, (spec) => {
        const change = () => ({ spec: tenantSpec.parse(structuredClone(spec)) })
        expect(JSON.stringify(all(change()))).toBe(JSON.stringify(all(change())))
      }),
    )
  })

  it('bear the tenant ID, and say whose they are', () => {
    for (const { metadata } of all()) {
      expect(metadata.labels?.['kiavi.eu/tenant-id']).toBe(tenantID)
      expect(metadata.annotations?.['kiavi.eu/owner']).toBe('customers/acme')
    }
  })

  it('have names that the API server takes', () => {
    for (const { metadata } of all()) expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
  })

  it('hold no empty list: each apply of one in a NetworkPolicy would be a write', () => {
    expect(
      all().flatMap(({ kind, metadata, ...rest }) => emptyLists(rest, `${kind}/${metadata.name}`)),
    ).toEqual([])
  })

  it('put no secret into the environment', () => {
    expect(JSON.stringify(all())).not.toMatch(/"env(From)?":/)
  })

  it.each([
    { replicas: 1, budget: false },
    { replicas: 2, budget: true },
  ])('have a disruption budget with $replicas replicas: $budget', ({ replicas, budget }) => {
    const spec = tenantSpec.parse({ host: 'auth.acme.eu', runtime: { replicas } })
    expect(kindsOf({ spec }).includes('PodDisruptionBudget')).toBe(budget)
  })

  it('are exposed by what the class names', () => {
    expect(kindsOf()).toContain('HTTPRoute')
    const ingress = { class: tenantClass({ gateway: undefined, ingress: { className: 'nginx' } }) }
    expect(kindsOf(ingress)).toContain('Ingress')
    expect(kindsOf(ingress)).not.toContain('HTTPRoute')
  })

  it('give the serving pods the app password and the keys, and the owner password to the migration alone', () => {
    const mounted = (kind: string) =>
      JSON.stringify(all().find((object) => object.kind === kind)?.['spec'])
        .match(/"secretName":"[^"]+"/g)
        ?.map((text) => text.slice(14, -1))
    expect(mounted('Deployment')).toEqual(['signing-keys', 'database-app'])
    expect(mounted('Job')).toEqual(['database-owner'])
  })
})
