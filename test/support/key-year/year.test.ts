import { describe, expect, it } from 'vitest'
import { runPart } from './run-part.ts'

const few = { seed: 'small', from: 0, to: 3, days: 40, storms: 80, mostFailed: 1 }
const say = () => {}
/** Each part is a process that makes its keys first; on a busy machine that takes a while. */
const patience = 240_000

describe('simulateYear', () => {
  it(
    'finds no verifier that does not know a key, whatever befalls a few tenants',
    async () => {
      const { failed, tally, phases, pairs } = await runPart(few, { say })
      expect(failed).toEqual([])
      expect(tally.unknown).toBe(0)
      expect(tally.nearChange * 2).toBeGreaterThan(tally.verifications)
      expect(pairs).toBeGreaterThan(300)
      expect(phases['Destroyed']).toBeGreaterThan(10)
    },
    patience,
  )

  it(
    'comes out the same for the same seed, tenant by tenant',
    async () => {
      const one = { ...few, from: 2, days: 12 }
      expect(await runPart(one, { say })).toEqual(await runPart(one, { say }))
    },
    patience,
  )

  it(
    'finds a mistake',
    async () => {
      const { failed } = await runPart(few, { mutant: 'activate at once', say })
      expect(failed[0]?.faults.length).toBeGreaterThan(0)
      expect(failed[0]?.trail.join('\n')).toContain('-> Active')
    },
    patience,
  )
})
