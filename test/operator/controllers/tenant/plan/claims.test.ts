import { describe, expect, it } from 'vitest'
import {
  type HeldClaim,
  claimName,
  claimObject,
  wantedClaims,
} from '../../../../../operator/src/controllers/tenant/claims.ts'
import { planClaims, surplusClaims } from '../../../../../operator/src/controllers/tenant/plan/claims.ts'
import { tenantSpec } from '../../../../../operator/src/api/v1alpha1/tenant.ts'
import { tenant, tenantID } from '../world.ts'

const us = { tenantID, uid: 'uid-1', namespace: 'customers', name: 'acme' }
const them = { tenantID: 'bbbbbbbbbb', uid: 'uid-2', namespace: 'others', name: 'rival' }
const held = (
  kind: 'host' | 'rp',
  value: string,
  holder = us,
  createdAt = '2026-01-01T00:00:00Z',
): HeldClaim => ({
  ...{ kind, value, holder, createdAt },
  ...{ object: claimName({ kind, value }), objectUid: `${kind} ${value}`, resourceVersion: '1' },
  marks: { tenantID: holder.tenantID, owner: `${holder.namespace}/${holder.name}` },
  whole: true,
})
const operator = { namespace: 'kiavi-system' }
const wanted = wantedClaims(tenantSpec.parse({ host: 'auth.acme.eu' }))
const ruled = (claims: HeldClaim[], abandoned: HeldClaim[] = []) => {
  const seen = { held: claims, ours: [], abandoned: abandoned.map(({ object }) => object) }
  const { steps, findings, stop } = planClaims(tenant(), wanted, seen, operator)
  return { does: steps.map((step) => step.do), says: findings.map(({ reason }) => reason), stop }
}
const host = 'auth.acme.eu'

describe('planClaims', () => {
  it.each([
    { because: 'nobody holds them', claims: [], does: ['claim', 'claim'] },
    { because: 'both are ours', claims: [held('host', host), held('rp', host)], does: [] },
    { because: 'the relying party is not yet ours', claims: [held('host', host)], does: ['claim'] },
    {
      because: 'they are ours under an object that is gone',
      claims: [held('host', host, { ...us, uid: 'old' }), held('rp', host)],
      does: ['takeClaim'],
    },
    {
      because: 'a neighbour has an rpId beside ours',
      claims: [held('host', host), held('rp', host), held('rp', 'login.acme.eu', them)],
      does: [],
    },
  ])('does $does when $because', ({ claims, does }) => {
    expect(ruled(claims)).toEqual({ does, says: [], stop: false })
  })

  it('takes what an abandoned claim holds', () => {
    const left = held('host', host, them)
    expect(ruled([left, held('rp', host)], [left])).toEqual({ does: ['takeClaim'], says: [], stop: false })
  })

  it.each([
    { because: 'the host is another’s', claims: [held('host', host, them)], says: 'HostClaimed', does: [] },
    {
      because: 'a relying party above is another’s',
      claims: [held('host', host), held('rp', 'acme.eu', them)],
      says: 'RpIdClaimed',
      does: [],
    },
    {
      because: 'an older one overlaps ours, which is given back',
      claims: [
        held('host', host),
        held('rp', host, us, '2026-01-02T00:00:00Z'),
        held('rp', 'acme.eu', them, '2026-01-01T00:00:00Z'),
      ],
      says: 'RpIdClaimed',
      does: ['dropClaim'],
    },
  ])('stops at $says when $because', ({ claims, says, does }) => {
    expect(ruled(claims)).toEqual({ does, says: [says], stop: true })
  })

  it('stands when a younger one overlaps', () => {
    const younger = held('rp', 'acme.eu', them, '2026-01-02T00:00:00Z')
    expect(ruled([held('host', host), held('rp', host), younger])).toEqual({
      does: [],
      says: [],
      stop: false,
    })
  })

  it('names a rival of another namespace to nobody', () => {
    const seen = { held: [held('host', host, them)], ours: [], abandoned: [] }
    const [finding] = planClaims(tenant(), wanted, seen, operator).findings
    expect(finding?.message).toContain('belongs to another tenant')
    expect(finding?.message).not.toContain('rival')
  })
})

describe('planClaims, of a claim that somebody edited', () => {
  const edited = (claim: HeldClaim, how: Partial<HeldClaim>) => ({ ...claim, whole: false, ...how })
  const nobody = { tenantID: '', uid: '', namespace: '', name: '' }

  it.each([
    { because: 'its label is another', how: { marks: { tenantID: 'eve', owner: 'customers/acme' } } },
    { because: 'it has no labels and annotations', how: { marks: { tenantID: '', owner: '' } } },
    { because: 'it holds nothing any more', how: { holder: nobody, value: '' } },
    { because: 'it names another ID', how: { holder: { ...us, tenantID: 'eve' } } },
    { because: 'it names another value', how: { value: 'eve.eu' } },
  ])('puts ours back when $because', ({ how }) => {
    const claims = [edited(held('host', host), how), held('rp', host)]
    const seen = { held: claims, ours: [], abandoned: [] }
    const written = claimObject({ kind: 'host', value: host }, us, operator.namespace)
    expect(planClaims(tenant(), wanted, seen, operator).steps).toMatchObject([
      { do: 'ensure', object: written },
    ])
  })

  it('leaves another’s to that other, and says what to do when there is none', () => {
    const seen = { held: [edited(held('host', host, them), { value: '' })], ours: [], abandoned: [] }
    const { findings, steps, stop } = planClaims(tenant(), wanted, seen, operator)
    expect([steps, stop, findings.map(({ reason }) => reason)]).toEqual([[], true, ['HostClaimed']])
    expect(findings[0]?.message).toContain('delete the ConfigMap')
  })
})

describe('surplusClaims', () => {
  it('are those of ours that the spec no longer names', () => {
    const ours = [held('host', host), held('rp', host), held('host', 'old.acme.eu')]
    const surplus = surplusClaims(wanted, { ours })
    expect(surplus.map(({ value }) => value)).toEqual(['old.acme.eu'])
  })
})
