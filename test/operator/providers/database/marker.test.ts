import { describe, expect, it } from 'vitest'
import { markerText, parseMarker, sameMarker } from '../../../../operator/src/providers/database/marker.ts'

const marker = { installationID: 'i', tenantID: 't', namespace: 'n', name: 'a', host: 'h.eu', rpId: 'h.eu' }

describe('markerText', () => {
  it('is read back, whatever quotes are in it', () => {
    const odd = { ...marker, name: `o'"\\` }
    expect(parseMarker(markerText(odd))).toEqual(odd)
  })

  it('is the same bytes for the same marker', () => {
    expect(markerText(Object.fromEntries(Object.entries(marker).reverse()) as typeof marker)).toBe(
      markerText(marker),
    )
  })
})

const passage = { restore: { namespace: 'n', name: 'back', uid: 'u' }, since: '2026-11-22T16:00:00Z' }

describe('sameMarker', () => {
  it('compares whose it is, and not what a restore noted', () => {
    const noted = { ...marker, fence: passage, restored: passage }
    expect(parseMarker(markerText(noted))).toEqual(noted)
    expect(sameMarker(noted, marker)).toBe(true)
    expect(sameMarker({ ...noted, host: 'other.eu' }, marker)).toBe(false)
    expect(sameMarker(undefined, marker)).toBe(false)
  })
})

describe('parseMarker', () => {
  it.each([
    { comment: null, because: 'there is none' },
    { comment: 'our staging server', because: 'it is prose' },
    { comment: '{"owner": "me"}', because: 'it is somebody else’s JSON' },
    { comment: JSON.stringify({ kiavi: { ...marker, host: 5 } }), because: 'a field is of another type' },
    { comment: 'null', because: 'it is JSON without an object' },
  ])('finds no marker when $because', ({ comment, because }) => {
    expect(parseMarker(comment), because).toBeUndefined()
  })
})
