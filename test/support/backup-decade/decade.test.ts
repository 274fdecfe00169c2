import { describe, expect, it } from 'vitest'
import { simulateDecades } from './decade.ts'

const asked = { seed: 'test', from: 0, to: 1, years: 1, happenings: 60, mostFailed: 1 }

describe('simulateDecades', () => {
  it('holds every law for a year, and comes out the same for the same seed', async () => {
    const [one] = await simulateDecades(asked, () => {})
    expect(one?.failed).toEqual([])
    expect(one?.figures['slots that were begun']).toBeGreaterThan(100)
    const [again] = await simulateDecades(asked, () => {})
    expect(again?.digests).toEqual(one?.digests)
    const [other] = await simulateDecades({ ...asked, seed: 'other' }, () => {})
    expect(other?.digests).not.toEqual(one?.digests)
  })
})
