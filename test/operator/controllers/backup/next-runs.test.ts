import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type WaitingRun, nextRuns } from '../../../../operator/src/controllers/backup/next-runs.ts'
import { at } from './examples.ts'

const run = (tenantID: string, more: Partial<WaitingRun> = {}): WaitingRun => ({
  ...{ tenantID, name: `${tenantID}-1`, reason: 'Scheduled', since: at('2026-11-22T02:00') },
  ...more,
})
const names = (...look: [WaitingRun[], Partial<Parameters<typeof nextRuns>[0]>?]) =>
  nextRuns({ running: new Set(), atOnce: 10, lastBegan: new Map(), ...look[1], waiting: look[0] }).map(
    ({ name }) => name,
  )

describe('nextRuns', () => {
  const three = [run('a'), run('b'), run('c')]
  it.each([
    { because: 'there is room', waiting: three, names: ['a-1', 'b-1', 'c-1'] },
    { because: 'two may run', waiting: three, more: { atOnce: 2 }, names: ['a-1', 'b-1'] },
    {
      because: 'one runs already',
      waiting: three,
      more: { atOnce: 2, running: new Set(['x']) },
      names: ['a-1'],
    },
    {
      because: 'more run than may, since fewer may now',
      waiting: three,
      more: { atOnce: 1, running: new Set(['x', 'y']) },
      names: [],
    },
    {
      because: 'a tenant has one at a time',
      waiting: [run('a'), run('a', { name: 'a-2' }), run('b')],
      more: { running: new Set(['b']) },
      names: ['a-1'],
    },
    {
      because: 'who waits for longer comes first',
      waiting: [run('a', { since: at('2026-11-22T03:00') }), run('b')],
      names: ['b-1', 'a-1'],
    },
    {
      because: 'who had one lately comes last, however long the others of it wait',
      waiting: [run('a', { since: at('2026-01-01T00:00'), reason: 'Manual' }), run('b'), run('c')],
      more: {
        atOnce: 2,
        lastBegan: new Map([
          ['a', at('2026-11-22T02:10')],
          ['b', at('2026-11-21T02:00')],
        ]),
      },
      names: ['c-1', 'b-1'],
    },
    {
      because: "a tenant's last backup waits for nobody",
      waiting: [run('a'), run('b', { reason: 'Final', since: at('2026-11-22T04:00') })],
      more: { atOnce: 1, lastBegan: new Map([['b', at('2026-11-22T03:00')]]) },
      names: ['b-1'],
    },
  ])('begins $names: $because', ({ waiting, more, names: expected }) => {
    expect(names(waiting, more)).toEqual(expected)
  })

  it('lets nobody wait for ever behind one who asks for many', () => {
    const rounds = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(rounds, (atOnce) => {
        const lastBegan = new Map<string, Date>()
        let waiting = [
          ...Array.from({ length: 200 }, (_, index) =>
            run('flood', { name: `flood-${index}`, reason: 'Manual', since: at('2026-01-01T00:00') }),
          ),
          ...['a', 'b', 'c', 'd', 'e', 'f'].map((tenant) => run(tenant)),
        ]
        // Every run ends before the next round.
        for (let round = 0; round <= Math.ceil(6 / atOnce); round += 1) {
          const next = nextRuns({ waiting, running: new Set(), atOnce, lastBegan })
          for (const { tenantID } of next) lastBegan.set(tenantID, new Date(round))
          waiting = waiting.filter((each) => !next.includes(each))
        }
        expect(new Set(waiting.map(({ tenantID }) => tenantID))).toEqual(new Set(['flood']))
      }),
    )
  })

  it('is the same in whatever order the runs are told', () => {
    const shuffled = fc.shuffledSubarray(three, { minLength: 3 })
    fc.assert(
      fc.property(shuffled, (waiting) => {
        expect(names(waiting)).toEqual(['a-1', 'b-1', 'c-1'])
      }),
    )
  })
})
