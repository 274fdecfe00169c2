import { describe, expect, it } from 'vitest'
import { compareResourceVersions } from '../../../operator/src/kube/resource-version.ts'

describe('compareResourceVersions', () => {
  it.each([
    { older: '9', newer: '10', because: 'they are numbers, not words' },
    { older: '10', newer: '11', because: 'they have the same length' },
    { older: '9007199254740992', newer: '9007199254740993', because: 'a double could not tell them apart' },
  ])('knows $older as older than $newer: $because', ({ older, newer }) => {
    expect(compareResourceVersions(older, newer)).toBeLessThan(0)
    expect(compareResourceVersions(newer, older)).toBeGreaterThan(0)
    expect(compareResourceVersions(older, older)).toBe(0)
  })
})
