import { describe, expect, it } from 'vitest'
import { checkKeys, unknownRevokes } from '../../../../../operator/src/controllers/tenant/checks/keys.ts'
import { key, ledger as ledgerOf } from '../keys/examples.ts'
import { observed, rendering } from '../world.ts'

const secrets = observed().secrets!
const ledger = ledgerOf(key('k1', 'Active'))
const mounted = (state: 'absent' | 'different' | 'current') => ({ ...secrets.mounted, 'signing-keys': state })

describe('checkKeys', () => {
  it('is true of a whole key that is mounted as it is', () => {
    expect(checkKeys({ ...secrets, ledger, mounted: mounted('current') })).toBeUndefined()
  })

  it.each([
    { because: 'there is no key', seen: { ...secrets, mounted: mounted('current') } },
    { because: 'it is not mounted', seen: { ...secrets, ledger, mounted: mounted('absent') } },
    { because: 'another is mounted', seen: { ...secrets, ledger, mounted: mounted('different') } },
  ])('waits when $because', ({ seen }) => {
    expect(checkKeys(seen)?.reason).toBe('GeneratingKey')
  })
})

describe('unknownRevokes', () => {
  const revoking = (...kids: string[]) => {
    const { spec } = rendering()
    const revoke = kids.map((kid) => ({ kid, sessions: 'Keep' as const }))
    return { spec: { ...spec, signingKeys: { ...spec.signingKeys, revoke } } }
  }
  it('names the keys that the tenant does not have', () => {
    expect(unknownRevokes(revoking('k1', 'k9'), { ledger })?.message).toMatch(/destroyed long ago: k9\./)
  })
  it.each([
    { because: 'each is one of its keys', seen: revoking('k1') },
    { because: 'none is to be revoked', seen: revoking() },
  ])('says nothing when $because', ({ seen }) => {
    expect(unknownRevokes(seen, { ledger })).toBeUndefined()
  })
  it('says nothing while the keys cannot be read', () => {
    expect(unknownRevokes(revoking('k9'), { ledger: undefined })).toBeUndefined()
  })
})
