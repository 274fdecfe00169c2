import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreDenied, StoreUnavailable } from '../../../../operator/src/providers/backups/errors.ts'
import { type Outside } from '../../../../operator/src/providers/backups/outside.ts'
import { patiently, restMs } from '../../../../operator/src/providers/backups/patiently.ts'

/** A clock that moves by what is slept, and by what an attempt says that it took. */
function manual(random = 0) {
  let now = 0
  const slept: number[] = []
  const outside: Outside = {
    monotonic: () => now,
    random: () => random,
    uuid: () => 'unused',
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.reject(new Error('some error of a timer'))
      slept.push(ms)
      now += ms
      return Promise.resolve()
    },
  }
  return { outside, slept, pass: (ms: number) => void (now += ms) }
}

const busy = () => new StoreUnavailable('Putting x: SlowDown.', 'SlowDown')

describe('restMs', () => {
  it.each([
    { failures: 1, random: 0, ms: 200 },
    { failures: 2, random: 0, ms: 400 },
    { failures: 7, random: 0, ms: 12_800 },
    { failures: 8, random: 0, ms: 15_000 },
    { failures: 1_000, random: 0, ms: 15_000 },
    { failures: 1, random: 1, ms: 100 },
  ])('is $ms ms after $failures failures', ({ failures, random, ms }) => {
    expect(restMs(failures, () => random)).toBe(ms)
  })
})

describe('patiently', () => {
  it('tries what may pass until it passes', async () => {
    const { outside, slept } = manual()
    let tries = 0
    const attempt = () => {
      tries += 1
      return tries < 4 ? Promise.reject(busy()) : Promise.resolve('done')
    }
    expect(await patiently({ outside, patienceMs: 60_000 }, attempt)).toBe('done')
    expect(slept).toEqual([200, 400, 800])
  })

  it('does not try again what will not pass', async () => {
    const { outside, slept } = manual()
    const denied = new StoreDenied('no')
    await expect(patiently({ outside, patienceMs: 60_000 }, () => Promise.reject(denied))).rejects.toBe(
      denied,
    )
    expect(slept).toEqual([])
  })

  it('never goes on for longer than its patience, and says how long it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 600_000 }), fc.nat(20_000), async (patienceMs, each) => {
        const { outside, pass, slept } = manual(0.5)
        const attempt = () => {
          pass(each)
          return Promise.reject(busy())
        }
        const failure: unknown = await patiently({ outside, patienceMs }, attempt).catch(
          (error: unknown) => error,
        )
        expect(failure).toBeInstanceOf(StoreUnavailable)
        expect((failure as StoreUnavailable).reason).toBe('SlowDown')
        expect(outside.monotonic()).toBeLessThanOrEqual(patienceMs + each)
        if (slept.length > 0)
          expect((failure as Error).message).toContain(`Tried ${slept.length + 1} times in`)
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    { when: 'before', because: 'nothing is tried' },
    { when: 'during', because: 'the failure of the attempt is not what is told' },
    { when: 'between', because: 'the error of a timer is not what is told' },
  ])("ends with the signal's reason when it is aborted $when: $because", async ({ when }) => {
    const { outside } = manual()
    const stop = new AbortController()
    const reason = new Error('enough')
    const abort = () => stop.abort(reason)
    let tries = 0
    const attempt = () => {
      tries += 1
      if (when === 'during') abort()
      return Promise.reject(busy())
    }
    if (when === 'before') abort()
    const sleep: Outside['sleep'] = (ms, signal) => {
      abort()
      return outside.sleep(ms, signal)
    }
    const patience = { outside: { ...outside, sleep }, patienceMs: 60_000 }
    await expect(patiently(patience, attempt, stop.signal)).rejects.toBe(reason)
    expect(tries).toBe(when === 'before' ? 0 : 1)
  })
})
