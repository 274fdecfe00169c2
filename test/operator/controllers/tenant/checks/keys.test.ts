import { describe, expect, it } from 'vitest'
import { checkKeys } from '../../../../../operator/src/controllers/tenant/checks/keys.ts'
import { observed } from '../world.ts'

const secrets = observed().secrets!
const keySet = { activeKid: 'k1', kids: ['k1'] }
const mounted = (state: 'absent' | 'different' | 'current') => ({ ...secrets.mounted, 'signing-keys': state })

describe('checkKeys', () => {
  it('is true of a whole key that is mounted as it is', () => {
    expect(checkKeys({ ...secrets, keySet, mounted: mounted('current') })).toBeUndefined()
  })

  it.each([
    { because: 'there is no key', seen: { ...secrets, mounted: mounted('current') } },
    { because: 'it is not mounted', seen: { ...secrets, keySet, mounted: mounted('absent') } },
    { because: 'another is mounted', seen: { ...secrets, keySet, mounted: mounted('different') } },
  ])('waits when $because', ({ seen }) => {
    expect(checkKeys(seen)?.reason).toBe('GeneratingKey')
  })
})
