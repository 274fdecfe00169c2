import { describe, expect, it } from 'vitest'
import {
  type ControllerOptions,
  type Outcome,
  type ReconcileReport,
  startController,
} from '../../../operator/src/kube/controller.ts'
import {
  KubeConflict,
  KubeForbidden,
  KubeInvalid,
  KubeUnavailable,
} from '../../../operator/src/kube/errors.ts'
import { ManualClock, settle } from '../../support/manual-clock.ts'

function start(reconcile: ControllerOptions['reconcile'], more: Partial<ControllerOptions> = {}) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const reports: ReconcileReport[] = []
  const starts: number[] = []
  const queue = startController({
    name: 'tenant',
    concurrency: 1,
    clock,
    random: () => 0,
    signal: stop.signal,
    hooks: { ended: (report) => reports.push(report) },
    reconcile: (key, signal) => {
      starts.push(clock.monotonic())
      return reconcile(key, signal)
    },
    ...more,
  })
  return { clock, stop, reports, starts, queue }
}

describe('startController', () => {
  it.each<{ outcome: Outcome; result: string; again: number | undefined }>([
    { outcome: {}, result: 'done', again: undefined },
    { outcome: { afterMs: 60_000, facts: { writes: 2 } }, result: 'after', again: 60_000 },
  ])(
    'tells one line of truth for $outcome and looks again as it says',
    async ({ outcome, result, again }) => {
      const { clock, reports, starts, queue } = start(() => Promise.resolve(outcome))
      queue.add('n/a')
      await settle()
      expect(reports).toEqual([
        {
          controller: 'tenant',
          key: 'n/a',
          result,
          seconds: 0,
          ...(outcome.facts ? { facts: outcome.facts } : {}),
        },
      ])
      await clock.pass(60_000)
      expect(starts[1]).toBe(again)
    },
  )

  it.each([
    { error: new KubeForbidden('no'), code: 'KUBE_FORBIDDEN', again: 2_000, because: 'it may heal' },
    { error: new KubeInvalid('no'), code: 'KUBE_INVALID', again: 600_000, because: 'only a change helps' },
    {
      error: new KubeUnavailable('busy', { retryAfterMs: 30_000 }),
      code: 'KUBE_UNAVAILABLE',
      again: 30_000,
      because: 'the server asked for it',
    },
    {
      error: new TypeError('bug'),
      code: 'UNEXPECTED',
      again: 2_000,
      because: 'a bug must not stop the world',
    },
  ])('looks again $again ms after $code: $because', async ({ error, code, again }) => {
    const { clock, reports, starts, queue } = start(() => Promise.reject(error))
    queue.add('n/a')
    await clock.pass(again - 1)
    expect(starts).toHaveLength(1)
    expect(reports[0]).toMatchObject({ result: 'retry', error, errorCode: code })
    await clock.pass(1)
    expect(starts).toHaveLength(2)
  })

  it('says nothing of a conflict and looks again at once', async () => {
    const { clock, reports, starts, queue } = start(() => Promise.reject(new KubeConflict('moved on')))
    queue.add('n/a')
    await clock.pass(50)
    expect(starts).toHaveLength(2)
    expect(reports[0]).toEqual({ controller: 'tenant', key: 'n/a', result: 'conflict', seconds: 0 })
  })

  it('ends a reconcile that hangs, and frees its key', async () => {
    const { clock, reports, queue } = start(
      (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
      { limitMs: 5_000 },
    )
    queue.add('n/a')
    await clock.pass(5_000)
    expect(reports[0]).toMatchObject({ result: 'retry', errorCode: 'UNEXPECTED', seconds: 5 })
  })

  it('stops within 25 seconds, whatever a reconcile is waiting for', async () => {
    const { clock, stop, reports, queue } = start(
      (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    )
    queue.add('n/a')
    await settle()
    stop.abort(new Error('SIGTERM'))
    let drained = false
    void queue.drained.then(() => (drained = true))
    await clock.pass(25_000)
    expect(drained).toBe(true)
    expect(reports).toMatchObject([{ result: 'stopped' }])
  })

  it('puts each reconcile into a span', async () => {
    const spans: unknown[] = []
    const { queue } = start(() => Promise.resolve({}), {
      hooks: {
        span: (name, attributes, run) => {
          spans.push([name, attributes])
          return run()
        },
      },
    })
    queue.add('n/a')
    await settle()
    expect(spans).toEqual([['reconcile tenant', { 'kiavi.key': 'n/a' }]])
  })
})
