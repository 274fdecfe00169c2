import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Next, WorkQueue } from '../../../operator/src/kube/work-queue.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const add = fc.record({
  do: fc.constant('add' as const),
  key,
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
  priority: fc.constantFrom('change' as const, 'resync' as const),
})
const pass = fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 10_000 }) })
const outcome: fc.Arbitrary<Next> = fc.oneof(
  fc.constant({ next: 'done' as const }),
  fc.record({ next: fc.constant('after' as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({ next: fc.constant('retry' as const), soon: fc.boolean() }),
)
const run = fc.record({ takes: fc.integer({ min: 0, max: 3_000 }), outcome })

describe('WorkQueue, whatever happens', () => {
  it('never runs a key twice at once, keeps to its concurrency, loses nothing, and the earliest wish wins', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(add, pass), { maxLength: 40 }),
        fc.array(run, { maxLength: 30 }),
        fc.constantFrom(1, 2, 5),
        async (steps, runs, concurrency) => {
          const clock = new ManualClock()
          const active = new Set<string>()
          const lives: { key: string; start: number; end: number }[] = []
          const faults: string[] = []
          let next = 0
          const queue = new WorkQueue({
            clock,
            random: () => 0.5,
            concurrency,
            signal: new AbortController().signal,
            failed: (_key, error) => faults.push(String(error)),
            async run(key) {
              if (active.has(key)) faults.push(`${key} twice at once`)
              if (active.size >= concurrency) faults.push('too many at once')
              active.add(key)
              const life = { key, start: clock.monotonic(), end: Infinity }
              lives.push(life)
              const { takes, outcome } = runs[next++] ?? { takes: 0, outcome: { next: 'done' } as Next }
              if (takes > 0) await new Promise<void>((resolve) => clock.after(takes, resolve))
              life.end = clock.monotonic()
              active.delete(key)
              return outcome
            },
          })
          const wishes: { key: string; at: number; due: number; before: number }[] = []
          for (const step of steps) {
            if (step.do === 'pass') await clock.pass(step.ms)
            else {
              const at = clock.monotonic()
              wishes.push({ key: step.key, at, due: at + step.afterMs, before: lives.length })
              queue.add(step.key, step)
            }
          }
          await clock.pass(86_400_000)

          expect(faults).toEqual([])
          for (const { key, at, due, before } of wishes) {
            const answer = lives.slice(before).find((life) => life.key === key)
            expect(answer).toBeDefined()
            if (concurrency < 5) continue
            // A worker for each key: the next start comes when the wish is due, or right after the run that
            // was under way. Earlier is fine: then it was an earlier wish that won.
            const underWay = lives.slice(0, before).find((life) => life.key === key && life.end > at)
            expect(answer!.start).toBeLessThanOrEqual(Math.max(due, underWay?.end ?? 0))
          }
          expect(queue.depth()).toEqual({ ready: 0, waiting: 0, running: 0 })
        },
      ),
      { numRuns: 500 },
    )
  })
})
