import { describe, expect, it } from 'vitest'
import { checkKeys } from '../../../../../operator/src/controllers/tenant/checks/keys.ts'
import { key, ledger as ledgerOf } from '../keys/examples.ts'
import { observed } from '../world.ts'

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
