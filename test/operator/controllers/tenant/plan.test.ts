import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Observed } from '../../../../operator/src/controllers/tenant/observed.ts'
import { plan } from '../../../../operator/src/controllers/tenant/plan.ts'
import { observed, operator, tenant, tenantClass, tenantID } from './world.ts'

const now = new Date('2026-02-01T12:00:00Z')
type Change = Parameters<typeof tenant>[0]
const planned = (change?: Change, seen: Partial<Observed> = {}) =>
  plan(tenant(change), observed(seen), operator, now)
const words = (change?: Change, seen: Partial<Observed> = {}) =>
  planned(change, seen).steps.map(({ do: word }) => word)
const reasons = (change?: Change, seen: Partial<Observed> = {}) =>
  planned(change, seen).findings.map(({ reason }) => reason)
const fresh = { status: { tenantID: undefined, className: undefined } }

describe('plan', () => {
  it('guards first, then mints, and plans nothing that needs the ID before it has one', () => {
    const change = { ...fresh, metadata: { finalizers: [] } }
    expect(words(change, { customerNamespace: { guarded: false, deleting: false } })).toEqual([
      'addFinalizer',
      'guardCustomerNamespace',
      'mintTenantID',
    ])
  })

  it('provisions in the order of docs/architecture.md, and starts no pod before its database is on record', () => {
    const steps = planned().steps.map((step) => (step.do === 'ensure' ? step.kind.kind : step.do))
    expect(steps.filter((word, at) => word !== steps[at - 1])).toEqual([
      'claim',
      'Namespace',
      'RoleBinding',
      'makePasswords',
      'database',
      'generateKey',
      'mount',
      'NetworkPolicy',
      'ServiceAccount',
      'ConfigMap',
      'Job',
      'Service',
      'PodDisruptionBudget',
      'HTTPRoute',
    ])
  })

  it('is the same plan for the same tenant and the same world', () => {
    const changes: fc.Arbitrary<Change> = fc.record({
      spec: fc.record({ host: fc.constantFrom('auth.acme.eu', 'login.example.org', 'eu') }),
      status: fc.record({
        tenantID: fc.constantFrom(tenantID, undefined),
        rpId: fc.constantFrom('acme.eu', undefined),
      }),
    })
    fc.assert(
      fc.property(changes, (change) => {
        expect(planned(change)).toEqual(planned(change))
      }),
    )
  })

  it('holds no secret: a plan is data that may be printed', () => {
    expect(JSON.stringify(planned())).not.toMatch(/BEGIN|password":"/)
  })

  const lost = { status: { tenantID, database: { provisionedAt: '2026-01-01T00:00:00Z' } } }
  it('does nothing whatever when a database that was there is gone', () => {
    expect(words(lost)).toEqual([])
    expect(reasons(lost)).toEqual(['DatabaseLost'])
  })

  it('does not take an adopted tenant for a new one when its database is gone', () => {
    const change = { spec: { adoptTenantID: tenantID } }
    expect(words(change)).toEqual([])
    expect(reasons(change)).toEqual(['DatabaseLost'])
  })

  it('makes no second key when the first is gone', () => {
    const change = {
      status: { tenantID, keys: [{ kid: 'k1', phase: 'Active', since: '2026-01-01T00:00:00Z' }] },
    }
    expect(words(change)).not.toContain('generateKey')
    expect(reasons(change)).toEqual(['SigningKeysLost'])
  })

  const deleted = { deletionTimestamp: '2026-01-31T00:00:00Z' }
  it.each([
    { because: 'nothing was ever made', change: { ...fresh, metadata: deleted }, steps: ['removeFinalizer'] },
    {
      because: 'its annotation names the tenant',
      change: { metadata: { ...deleted, annotations: { 'kiavi.eu/release': tenantID } } },
      steps: ['removeFinalizer'],
    },
  ])('lets a deleted object go when $because', ({ change, steps }) => {
    expect(words(change)).toEqual(steps)
  })

  it.each([
    { because: 'the annotation is missing', annotations: {} },
    { because: 'the annotation names another tenant', annotations: { 'kiavi.eu/release': 'aaaaaaaaaa' } },
  ])('keeps the finalizer of a deleted object when $because, and goes on', ({ annotations }) => {
    const change = { metadata: { ...deleted, annotations } }
    expect(words(change)).not.toContain('removeFinalizer')
    expect(words(change).length).toBeGreaterThan(5)
    expect(reasons(change)).toContain('DeletedWithoutTermination')
  })

  it('leaves a paused tenant alone', () => {
    const change = { metadata: { annotations: { 'kiavi.eu/paused-until': '2026-02-02T00:00:00Z' } } }
    expect(words(change)).toEqual([])
  })

  it.each([
    { because: 'the rpId is a public suffix', change: { spec: { host: 'co.uk' } }, reason: 'PublicSuffix' },
    { because: 'the spec does not parse', change: { spec: { host: 7 } }, reason: 'SpecUnreadable' },
  ])('does nothing when $because', ({ change, reason }) => {
    expect(words(change)).toEqual([])
    expect(reasons(change)).toEqual([reason])
  })

  it('serves on under the pinned rpId when the spec asks for another', () => {
    const change = { spec: { passkeys: { rpId: 'acme.eu' } }, status: { tenantID, rpId: 'auth.acme.eu' } }
    expect(planned(change).rendering?.rpId).toBe('auth.acme.eu')
    expect(reasons(change)).toEqual(['RpIdPinned'])
  })

  it('lets in nobody past the budget of connections', () => {
    const marker = { installationID: 'i', tenantID: 'other', namespace: 'n', name: 'n', host: 'h', rpId: 'h' }
    const seen: Partial<Observed> = {
      class: {
        name: 'default',
        spec: tenantClass({ database: { ...tenantClass().database, maxConnections: 20 } }),
      },
      database: {
        state: 'seen',
        observed: { serverVersion: 180004, administrator: 'kiavi', roles: {} },
        marked: [{ database: 'd', marker, connectionLimit: 16 }],
        open: [],
      },
    }
    expect(reasons({}, seen)).toEqual(['ConnectionBudget'])
    expect(words({}, seen)).toEqual([])
  })
})
