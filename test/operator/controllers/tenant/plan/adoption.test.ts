import { describe, expect, it } from 'vitest'
import { type Consent } from '../../../../../operator/src/controllers/tenant/observed.ts'
import { planAdoption } from '../../../../../operator/src/controllers/tenant/plan/adoption.ts'
import { key, ledger as ledgerOf } from '../keys/examples.ts'
import { observed, tenant, tenantID } from '../world.ts'

const consent: Consent = {
  ...{ tenantID, namespace: 'customers', name: 'acme', host: 'auth.acme.eu' },
  ...{ newSigningKey: true, reason: 'The cluster was lost.' },
  ...{ object: { name: 'consent', generation: 3 }, used: false },
}
const keys = [{ kid: 'k2', phase: 'Active', since: '2026-01-01T00:00:00Z' }]
const provisioned = { provisionedAt: '2026-01-01T00:00:00Z' }
function planned(status: object, consents: Consent[], activeKid: string | undefined) {
  const { secrets } = observed()
  const ledger = activeKid === undefined ? undefined : ledgerOf(key(activeKid, 'Active'))
  const seen = { consents, secrets: secrets && { ...secrets, ledger } }
  return planAdoption(tenant({ status: { tenantID, ...status } }), seen).steps
}

describe('planAdoption', () => {
  it('records a consent once the database is on record and the recorded key signs', () => {
    expect(planned({ database: provisioned, keys }, [consent], 'k2')).toEqual([
      { do: 'recordAdoption', name: 'consent', generation: 3 },
    ])
  })

  it.each([
    { because: 'nobody consented', status: { database: provisioned, keys }, consents: [], kid: 'k2' },
    {
      because: 'it was recorded',
      status: { database: provisioned, keys },
      consents: [{ ...consent, used: true }],
      kid: 'k2',
    },
    {
      because: 'it is for another host',
      status: { database: provisioned, keys },
      consents: [{ ...consent, host: 'h.eu' }],
      kid: 'k2',
    },
    { because: 'the database is not taken over yet', status: { keys }, consents: [consent], kid: 'k2' },
    {
      because: 'the key is lost',
      status: { database: provisioned, keys },
      consents: [consent],
      kid: undefined,
    },
    {
      because: 'the new key is not on record yet',
      status: { database: provisioned, keys },
      consents: [consent],
      kid: 'k3',
    },
  ])('does nothing when $because', ({ status, consents, kid }) => {
    expect(planned(status, consents, kid)).toEqual([])
  })
})
