import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextKey } from '../../../../operator/src/providers/keys/next-key.ts'
import { type KeyBits } from '../../../../operator/src/providers/keys/port.ts'

const supply = { usual: 3072, poolSize: 2, workers: 2 } as const

describe('nextKey', () => {
  it.each([
    { demand: { waiting: [], underway: [], ready: 0 }, next: 3072, because: 'the reserve is empty' },
    {
      demand: { waiting: [], underway: [3072], ready: 1 },
      next: undefined,
      because: 'the reserve will be full',
    },
    { demand: { waiting: [], underway: [], ready: 1 }, next: 3072, because: 'one is missing' },
    { demand: { waiting: [2048], underway: [], ready: 0 }, next: 2048, because: 'who waits comes first' },
    {
      demand: { waiting: [4096], underway: [3072], ready: 0 },
      next: 4096,
      because: 'another size does not serve',
    },
    {
      demand: { waiting: [3072], underway: [3072], ready: 0 },
      next: 3072,
      because: 'the reserve goes to who waits',
    },
    {
      demand: { waiting: [3072], underway: [3072, 3072], ready: 0 },
      next: undefined,
      because: 'no worker is free',
    },
  ] as const)('starts $next: $because', ({ demand, next, because }) => {
    expect(nextKey(demand, supply), because).toBe(next)
  })

  it('ends with everybody served and the reserve full, whatever was asked for', () => {
    const bits = fc.constantFrom<KeyBits>(2048, 3072, 4096)
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 12 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 3 }),
        (wishes, size, workers) => {
          const waiting = [...wishes]
          const underway: KeyBits[] = []
          let ready = 0
          for (let made = 0; made <= wishes.length + size; made += 1) {
            for (;;) {
              const next = nextKey({ waiting, underway, ready }, { usual: 3072, poolSize: size, workers })
              if (next === undefined) break
              underway.push(next)
            }
            expect(underway.length).toBeLessThanOrEqual(workers)
            const done = underway.shift()
            if (done === undefined) break
            const served = waiting.indexOf(done)
            if (served >= 0) waiting.splice(served, 1)
            else ready += 1
          }
          expect({ waiting, ready, underway }).toEqual({ waiting: [], ready: size, underway: [] })
        },
      ),
    )
  })
})
