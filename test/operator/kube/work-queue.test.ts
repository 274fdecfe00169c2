import { describe, expect, it } from 'vitest'
import { type Next, WorkQueue, type WorkQueueOptions } from '../../../operator/src/kube/work-queue.ts'
import { ManualClock, settle } from '../../support/manual-clock.ts'

const day = 86_400_000
const done: Next = { next: 'done' }

function open(run: WorkQueueOptions['run'], more: Partial<WorkQueueOptions> = {}) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const starts: [string, number][] = []
  const queue = new WorkQueue({
    clock,
    random: () => 0,
    concurrency: 2,
    signal: stop.signal,
    run: (key, signal) => {
      starts.push([key, clock.monotonic()])
      return run(key, signal)
    },
    ...more,
  })
  return { clock, stop, starts, queue }
}

/** A run that ends when the test says so. */
function held() {
  const ends = new Map<string, (next: Next) => void>()
  const run = (key: string) => new Promise<Next>((resolve) => ends.set(key, resolve))
  return { run, end: (key: string, next: Next = done) => ends.get(key)!(next) }
}

describe('WorkQueue', () => {
  it('makes one run of many wishes for a key (row 15)', async () => {
    const { queue, starts } = open(() => Promise.resolve(done), { concurrency: 1 })
    for (let wish = 0; wish < 100; wish++) queue.add('a')
    await settle()
    // The first wish starts at once; the 99 that came meanwhile are one more.
    expect(starts.map(([key]) => key)).toEqual(['a', 'a'])
  })

  it('never runs a key twice at once, and runs it again for what came meanwhile', async () => {
    const { run, end } = held()
    const { queue, starts } = open(run)
    queue.add('a')
    queue.add('a')
    await settle()
    expect(starts).toHaveLength(1)
    end('a')
    await settle()
    expect(starts).toHaveLength(2)
    end('a')
    await settle()
    expect(starts).toHaveLength(2)
    expect(queue.depth()).toEqual({ ready: 0, waiting: 0, running: 0 })
  })

  it('runs at most so many keys at once', async () => {
    const { run, end } = held()
    const { queue, starts } = open(run)
    for (const key of ['a', 'b', 'c']) queue.add(key)
    await settle()
    expect(starts.map(([key]) => key)).toEqual(['a', 'b'])
    expect(queue.depth()).toEqual({ ready: 1, waiting: 0, running: 2 })
    end('b')
    await settle()
    expect(starts.map(([key]) => key)).toEqual(['a', 'b', 'c'])
  })

  it('takes the earliest of two wishes, whichever came first', async () => {
    const { queue, clock, starts } = open(() => Promise.resolve(done))
    queue.add('a', { afterMs: 5_000 })
    queue.add('a', { afterMs: 1_000 })
    queue.add('b', { afterMs: 1_000 })
    queue.add('b', { afterMs: 5_000 })
    await clock.pass(60_000)
    expect(starts).toEqual([
      ['a', 1_000],
      ['b', 1_000],
    ])
  })

  it('a change overtakes a backoff', async () => {
    const { queue, clock, starts } = open(() => Promise.resolve({ next: 'retry' }))
    queue.add('a')
    await clock.pass(500)
    queue.add('a')
    await settle()
    expect(starts).toEqual([
      ['a', 0],
      ['a', 500],
    ])
  })

  it('does not run a key at once that shall run in 30 days', async () => {
    const { queue, clock, starts } = open(() => Promise.resolve({ next: 'after', ms: 30 * day }))
    queue.add('a')
    await clock.pass(30 * day - 1)
    expect(starts).toHaveLength(1)
    await clock.pass(1)
    expect(starts).toHaveLength(2)
    expect(clock.longestWait).toBeLessThanOrEqual(3_600_000)
  })

  it('backs off per key, up to 5 minutes, and forgets it after a success', async () => {
    let failing = true
    const { queue, clock, starts } = open((key) =>
      Promise.resolve(key === 'bad' && failing ? { next: 'retry' } : done),
    )
    queue.add('bad')
    await clock.pass(3_600_000)
    queue.add('good')
    await settle()
    expect(starts.at(-1)).toEqual(['good', 3_600_000])
    const at = starts.filter(([key]) => key === 'bad').map(([, time]) => time / 1000)
    const gaps = at.slice(1).map((time, index) => time - at[index]!)
    expect(gaps.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300])
    expect(new Set(gaps.slice(8))).toEqual(new Set([300]))

    failing = false
    await clock.pass(300_000)
    failing = true
    queue.add('bad')
    await settle()
    const before = starts.length
    await clock.pass(2_000)
    expect(starts).toHaveLength(before + 1)
  })

  it('looks again soon after a conflict, but not for ever', async () => {
    const { queue, clock, starts } = open(() => Promise.resolve({ next: 'retry', soon: true }))
    queue.add('a')
    await clock.pass(10_000)
    const at = starts.map(([, time]) => time)
    expect(at.slice(0, 7)).toEqual([0, 50, 150, 350, 750, 1_550, 2_550])
    expect(at[7]).toBe(4_550)
  })

  it('stays away as long as it was asked to', async () => {
    const { queue, clock, starts } = open(() => Promise.resolve({ next: 'retry', atLeastMs: 30_000 }))
    queue.add('a')
    await clock.pass(29_999)
    expect(starts).toHaveLength(1)
    await clock.pass(1)
    expect(starts).toHaveLength(2)
  })

  it('lets changes go before resyncs, and no resync starve', async () => {
    const { run, end } = held()
    const { queue, starts } = open(run, { concurrency: 1 })
    queue.add('first')
    queue.add('old', { priority: 'resync' })
    queue.add('promoted', { priority: 'resync' })
    queue.add('promoted')
    for (let change = 0; change < 20; change++) queue.add(`c${change}`)
    for (let step = 0; step < 22; step++) {
      await settle()
      end(starts.at(-1)![0])
    }
    const order = starts.map(([key]) => key)
    expect(order.slice(0, 4)).toEqual(['first', 'promoted', 'c0', 'c1'])
    expect(order.indexOf('old')).toBe(9)
  })

  it('takes a throwing run as a failure, tells of it, and goes on', async () => {
    const failures: string[] = []
    const { queue, clock, starts } = open(() => Promise.reject(new Error('bug')), {
      failed: (key, error) => failures.push(`${key}: ${(error as Error).message}`),
    })
    queue.add('a')
    await clock.pass(2_000)
    expect(starts).toHaveLength(2)
    expect(failures).toEqual(['a: bug', 'a: bug'])
  })

  it('drains: starts nothing new, lets the runs end, and leaves no timer', async () => {
    const { run, end } = held()
    const { queue, clock, starts, stop } = open(run, { concurrency: 1 })
    queue.add('running')
    queue.add('ready')
    queue.add('waiting', { afterMs: 10 })
    stop.abort()
    queue.add('late')
    let drained = false
    void queue.drained.then(() => (drained = true))
    await clock.pass(1_000)
    expect(drained).toBe(false)
    end('running', { next: 'retry' })
    await settle()
    expect(drained).toBe(true)
    expect(starts.map(([key]) => key)).toEqual(['running'])
    expect(clock.timers).toBe(0)
    expect(queue.depth()).toEqual({ ready: 0, waiting: 0, running: 0 })
  })

  it('ends a run that does not end within the grace by its signal', async () => {
    const { queue, clock, stop } = open(
      (_key, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(done))),
      { graceMs: 20_000 },
    )
    queue.add('a')
    stop.abort()
    let drained = false
    void queue.drained.then(() => (drained = true))
    await clock.pass(19_999)
    expect(drained).toBe(false)
    await clock.pass(1)
    expect(drained).toBe(true)
  })

  it('ends runs at once when the right to act is gone', async () => {
    const reasons: unknown[] = []
    const { queue } = open(
      (_key, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason)
            resolve(done)
          }),
        ),
    )
    queue.add('a')
    queue.abort('lost the lease')
    await queue.drained
    expect(reasons).toEqual(['lost the lease'])
  })
})
