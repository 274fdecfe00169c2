import { describe, expect, it } from 'vitest'
import { isPublicSuffix } from '../../../../operator/src/providers/public-suffix/is-public-suffix.ts'

describe('isPublicSuffix', () => {
  it.each([
    { domain: 'eu', suffix: true, because: 'a top-level domain' },
    { domain: 'co.uk', suffix: true, because: 'a registry’s second level' },
    { domain: 'github.io', suffix: true, because: 'a private suffix: strangers have names under it' },
    { domain: 'GitHub.IO', suffix: true, because: 'domains have no case' },
    { domain: 'acme.eu', suffix: false, because: 'a registered domain' },
    { domain: 'acme.github.io', suffix: false, because: 'one name under a private suffix' },
    { domain: 'auth.acme.co.uk', suffix: false, because: 'a host below a registered domain' },
    { domain: '10.0.0.1', suffix: false, because: 'an address is no domain' },
    { domain: '', suffix: false, because: 'nothing is no domain' },
  ])('says $suffix for "$domain": $because', ({ domain, suffix, because }) => {
    expect(isPublicSuffix(domain), because).toBe(suffix)
  })
})
