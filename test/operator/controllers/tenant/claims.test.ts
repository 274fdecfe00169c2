import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  claimDomain,
  claimName,
  claimObject,
  type HeldClaim,
  overlap,
  precedes,
  readClaim,
} from '../../../../operator/src/controllers/tenant/claims.ts'
import { project } from '../../../../operator/src/controllers/tenant/compare/projection.ts'

const name = fc
  .array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 2, maxLength: 4 })
  .map((labels) => labels.join('.'))
const holder = { tenantID: 'k3x9q7w2ab', uid: 'u', namespace: 'customers', name: 'acme' }

describe('overlap', () => {
  it.each([
    { a: 'acme.eu', b: 'acme.eu', overlaps: true, because: 'they are one' },
    { a: 'acme.eu', b: 'auth.acme.eu', overlaps: true, because: 'one lies below the other' },
    { a: 'auth.acme.eu', b: 'login.acme.eu', overlaps: false, because: 'they lie side by side' },
    { a: 'acme.eu', b: 'notacme.eu', overlaps: false, because: 'only the letters end alike' },
  ])('is $overlaps for $a and $b: $because', ({ a, b, overlaps }) => {
    expect([overlap(a, b), overlap(b, a)]).toEqual([overlaps, overlaps])
  })

  it('is found by the domain that claims are selected by', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        if (overlap(a, b)) expect(claimDomain(a)).toBe(claimDomain(b))
      }),
    )
  })
})

describe('claimName', () => {
  it('is one for one value, and another for a host than for an rpId', () => {
    expect(claimName({ kind: 'host', value: 'acme.eu' })).toBe(claimName({ kind: 'host', value: 'acme.eu' }))
    expect(claimName({ kind: 'host', value: 'acme.eu' })).not.toBe(
      claimName({ kind: 'rp', value: 'acme.eu' }),
    )
  })
})

describe('readClaim', () => {
  it('reads what claimObject wrote', () => {
    const object = claimObject({ kind: 'rp', value: 'acme.eu' }, holder, 'kiavi-system')
    expect(readClaim(object.metadata.name, project(object))).toMatchObject({
      kind: 'rp',
      value: 'acme.eu',
      holder,
    })
  })

  it.each(['kind', 'value', 'tenantID', 'uid', 'namespace', 'name'])('is nothing without %s', (field) => {
    const object = claimObject({ kind: 'rp', value: 'acme.eu' }, holder, 'kiavi-system')
    object['data'] = { ...(object['data'] as object), [field]: '' }
    expect(readClaim(object.metadata.name, project(object))).toBeUndefined()
  })
})

describe('precedes', () => {
  const claim = fc.record({
    createdAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'),
    object: fc.string(),
  })
  it('puts one of two first, whoever asks', () => {
    fc.assert(
      fc.property(claim, claim, (a, b) => {
        fc.pre(a.object !== b.object)
        expect(precedes(a as HeldClaim, b as HeldClaim)).toBe(!precedes(b as HeldClaim, a as HeldClaim))
      }),
    )
  })
})
