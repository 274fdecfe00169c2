import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  claimDomain,
  claimName,
  claimObject,
  type HeldClaim,
  isHeldBy,
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

const written = () => claimObject({ kind: 'rp', value: 'acme.eu' }, holder, 'kiavi-system')
const read = (object: ReturnType<typeof written>) =>
  readClaim({ namespace: 'kiavi-system', name: object.metadata.name }, project(object))

describe('readClaim', () => {
  it('reads what claimObject wrote', () => {
    expect(read(written())).toMatchObject({ kind: 'rp', value: 'acme.eu', holder, whole: true })
  })

  it.each(['kind', 'value', 'tenantID', 'uid', 'namespace', 'name'])('is not whole without %s', (field) => {
    const object = written()
    object['data'] = { ...(object['data'] as object), [field]: '' }
    expect(read(object)?.whole).toBe(false)
  })

  it('is not whole when somebody edited labels, annotations or more into it', () => {
    const { metadata } = written()
    const others = [
      { metadata: { ...metadata, labels: { ...metadata.labels, eve: 'yes' } } },
      { metadata: { ...metadata, annotations: {} } },
      { immutable: true },
    ]
    expect(others.map((other) => read({ ...written(), ...other })?.whole)).toEqual([false, false, false])
  })

  it('is whole with an annotation of somebody else', () => {
    const object = written()
    object.metadata.annotations = { ...object.metadata.annotations, 'eve.eu/note': 'mine' }
    expect(read(object)?.whole).toBe(true)
  })

  it('is nothing under a name that is no claim’s', () => {
    const name = { namespace: 'kiavi-system', name: 'claim-check' }
    expect(readClaim(name, project(written()))).toBeUndefined()
  })
})

describe('isHeldBy', () => {
  const marks = { tenantID: holder.tenantID, owner: 'customers/acme' }
  it.each([
    { held: true, because: 'all says so', claim: { holder, marks } },
    {
      ...{ held: true, because: 'the tenant was adopted under another name' },
      claim: { holder: { ...holder, uid: 'old', name: 'former' }, marks: { ...marks, owner: 'x/former' } },
    },
    {
      ...{ held: true, because: 'only its data are left' },
      claim: { holder, marks: { tenantID: '', owner: '' } },
    },
    {
      ...{ held: false, because: 'a former tenant of this name held it' },
      claim: { holder: { ...holder, tenantID: 'old', uid: 'old' }, marks: { ...marks, tenantID: 'old' } },
    },
  ])('is $held when $because', ({ held, claim }) => {
    expect(isHeldBy(claim as HeldClaim, holder)).toBe(held)
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
