import { describe, expect, it } from 'vitest'
import { untilQuiet } from '../../runtime/src/until-quiet.ts'

/** How long it takes, where requests come at these moments after the beginning. */
async function takes(quietMs: number, requests: readonly number[], mostMs = 20_000): Promise<number> {
  const began = 1_000
  let time = began
  await untilQuiet({
    quietMs,
    mostMs,
    lastRequestAt: () => Math.max(0, ...requests.map((at) => began + at).filter((at) => at <= time)),
    now: () => time,
    sleep: (ms) => {
      time += ms
      return Promise.resolve()
    },
  })
  return time - began
}

describe('untilQuiet', () => {
  it.each([
    { requests: [], ends: 5_000, because: 'a proxy may have sent nothing yet, and still believe in us' },
    { requests: [-60_000], ends: 5_000, because: 'what came before the end counts for nothing' },
    { requests: [2_000], ends: 7_000, because: 'the quiet begins with the last request' },
    { requests: [4_000, 8_500, 12_000], ends: 17_000, because: 'a late proxy is answered' },
    {
      requests: Array.from({ length: 60 }, (_, at) => at * 1_000),
      ends: 20_000,
      because: 'no proxy holds us forever',
    },
  ])('ends after $ends ms: $because', async ({ requests, ends }) => {
    expect(await takes(5_000, requests)).toBe(ends)
  })

  it('takes a quiet time that is longer than the most', async () => {
    expect(await takes(30_000, [])).toBe(30_000)
  })
})
