import { describe, expect, it } from 'vitest'
import { matchesSelector } from '../../../operator/src/kube/label-selector.ts'

describe('matchesSelector', () => {
  const labels = { 'kiavi.eu/tenant-id': 'k3x9q7w2ab', tier: '' }
  it.each([
    { selector: undefined, matches: true },
    { selector: '', matches: true },
    { selector: 'kiavi.eu/tenant-id', matches: true },
    { selector: 'kiavi.eu/tenant-id=k3x9q7w2ab', matches: true },
    { selector: 'kiavi.eu/tenant-id=other', matches: false },
    { selector: 'tier=', matches: true },
    { selector: 'kiavi.eu/tenant-id,missing', matches: false },
    { selector: 'kiavi.eu/tenant-id,tier', matches: true },
  ])('says $matches for "$selector"', ({ selector, matches }) => {
    expect(matchesSelector(selector, labels)).toBe(matches)
  })

  it.each(['a!=b', 'a in (b)', '!a', 'a==b'])('refuses "%s" rather than guess', (selector) => {
    expect(() => matchesSelector(selector, labels)).toThrow('not understood')
  })
})
