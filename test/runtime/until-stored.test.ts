import { describe, expect, it } from 'vitest'
import { untilStored } from '../../runtime/src/until-stored.ts'

/** How it ends and when, and how often it asked, where the row is taken over and the server stopped at these moments. */
async function waits({ storedAt = Infinity, stoppedAt = Infinity, faults = [] as readonly number[] }) {
  let time = 1_000
  const began = time
  let asked = 0
  const ended = await untilStored({
    mostMs: 1_100,
    everyMs: 250,
    isStored: () => {
      asked += 1
      if (faults.includes(asked)) return Promise.reject(new Error('the database is away'))
      return Promise.resolve(time - began >= storedAt)
    },
    hurried: () => time - began >= stoppedAt,
    now: () => time,
    sleep: (ms) => {
      time += ms
      return Promise.resolve()
    },
  })
  return { ended, after: time - began, asked }
}

describe('untilStored', () => {
  it.each([
    { world: { storedAt: 300 }, ended: true, after: 500, asked: 2, because: 'it looks now and then' },
    {
      world: { storedAt: 1_100 },
      ended: true,
      after: 1_100,
      asked: 5,
      because: 'the last look is at the end',
    },
    { world: {}, ended: false, after: 1_100, asked: 5, because: 'nobody waits for ever' },
    {
      world: { stoppedAt: 500 },
      ended: false,
      after: 500,
      asked: 2,
      because: 'a server that stops answers first',
    },
    {
      world: { stoppedAt: 0 },
      ended: false,
      after: 0,
      asked: 0,
      because: 'a stopping server does not even begin',
    },
    {
      world: { storedAt: 0, faults: [1] },
      ended: true,
      after: 500,
      asked: 2,
      because: 'a fault is no answer',
    },
    {
      world: { faults: [1, 2, 3, 4, 5] },
      ended: false,
      after: 1_100,
      asked: 5,
      because: 'the deed is done anyway',
    },
  ])('ends with $ended after $after ms: $because', async ({ world, ended, after, asked }) => {
    expect(await waits(world)).toEqual({ ended, after, asked })
  })
})
