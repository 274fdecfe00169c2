import { describe, expect, it } from 'vitest'
import { Sightings } from '../../../../../operator/src/controllers/tenant/keys/sightings.ts'

function timed() {
  const clock = { now: 1000 }
  return { clock, sightings: new Sightings(() => clock.now) }
}

describe('Sightings', () => {
  it('counts from the first look that found it so', () => {
    const { clock, sightings } = timed()
    sightings.look('t', ['a'])
    clock.now += 500
    sightings.look('t', ['a', 'b'])
    clock.now += 20
    expect([sightings.forMs('t', 'a'), sightings.forMs('t', 'b')]).toEqual([520, 20])
  })
  it('forgets what a look did not find', () => {
    const { clock, sightings } = timed()
    sightings.look('t', ['a'])
    sightings.look('t', [])
    clock.now += 500
    sightings.look('t', ['a'])
    expect(sightings.forMs('t', 'a')).toBe(0)
  })
  it('knows nothing of what nobody saw, nor of another tenant', () => {
    const { clock, sightings } = timed()
    sightings.look('t', ['a'])
    clock.now += 500
    expect([sightings.forMs('t', 'x'), sightings.forMs('u', 'a')]).toEqual([0, 0])
  })
  it('forgets a tenant that is gone', () => {
    const { clock, sightings } = timed()
    sightings.look('t', ['a'])
    clock.now += 500
    sightings.forget('t')
    expect(sightings.forMs('t', 'a')).toBe(0)
  })
})
