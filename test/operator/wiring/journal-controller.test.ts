import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JournalOutcome } from '../../../operator/src/controllers/journal/reconcile.ts'
import { KubeConflict } from '../../../operator/src/kube/errors.ts'
import { StoreDenied } from '../../../operator/src/providers/backups/errors.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import {
  type JournalController,
  createJournalController,
} from '../../../operator/src/wiring/journal-controller.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const acme = { namespace: 'customers', name: 'acme' }
const quiet: JournalOutcome = { gone: false, taken: 0, more: false, error: undefined }
const hourMs = 3_600_000

describe('createJournalController', () => {
  let stop: AbortController
  let clock: ManualClock
  let answers: Partial<JournalOutcome>[]
  let looked: { name: string; prune: boolean }[]
  let noted: string[]
  let controller: JournalController
  const metrics = createMetrics({ processMetrics: false })

  beforeEach(() => {
    stop = new AbortController()
    clock = new ManualClock()
    answers = []
    looked = []
    noted = []
    controller = createJournalController({
      reconcile: ({ name }, { prune }) => {
        looked.push({ name, prune })
        return Promise.resolve({ ...quiet, ...answers.shift() })
      },
      noted: ({ name }) => noted.push(name),
      fleet: () => 400,
      ...{ clock, random: () => 0.5, signal: stop.signal, metrics, log: createLog({ level: 'error' }) },
    })
  })
  afterEach(() => stop.abort(new Error('test over')))

  const settle = async () => {
    do await new Promise((resolve) => setImmediate(resolve))
    while (controller.queue.depth().ready + controller.queue.depth().running > 0)
  }
  const pass = async (ms: number) => {
    await clock.pass(ms)
    await settle()
  }

  it('spreads the first looks over the fleet, then looks at once at who was at rest', async () => {
    controller.written(acme)
    await pass(9_999)
    expect(looked).toHaveLength(0)
    await pass(1)
    expect(looked).toHaveLength(1)
    await pass(hourMs)
    controller.written(acme)
    await pass(0)
    expect(looked).toHaveLength(2)
  })

  it('leaves one alone for a while that is written to all the time', async () => {
    for (let second = 0; second < 60; second += 2) {
      controller.written(acme)
      await pass(2_000)
    }
    // Once every twenty seconds with a fleet of 400, and not thirty times.
    expect(looked).toHaveLength(3)
  })

  it('looks for what is past its time once a day, also where nothing happens', async () => {
    controller.written(acme)
    await pass(10_000)
    controller.written(acme)
    await pass(20_000)
    await pass(24 * hourMs)
    expect(looked.map(({ prune }) => prune)).toEqual([true, false, true])
  })

  it('goes on at once while there is more', async () => {
    answers = [{ taken: 5_000, more: true }, { taken: 3 }]
    controller.written(acme)
    await pass(10_000)
    await pass(0)
    expect(looked).toHaveLength(2)
    expect(await metrics.text()).toContain('kiavi_journal_entries_total 5003')
    expect(noted).toEqual(['acme', 'acme'])
  })

  it('says since when it cannot be kept, and that it can be again', async () => {
    answers = [{ error: new StoreDenied('The store refuses the credential.') }]
    const since = new Date(clock.now() + 10_000)
    controller.written(acme)
    await pass(10_000)
    expect(controller.failing(acme)).toEqual({ since, message: 'The store refuses the credential.' })
    // What is written meanwhile is no reason to ask the store at every look.
    controller.written(acme)
    await pass(0)
    expect(looked).toHaveLength(1)
    await pass(60_000)
    expect(looked).toHaveLength(2)
    expect(controller.failing(acme)).toBeUndefined()
    expect(noted).toEqual(['acme', 'acme'])
  })

  it('says nothing of a conflict, which the next look settles', async () => {
    answers = [{ error: new KubeConflict('Somebody was faster.') }]
    controller.written(acme)
    await pass(10_000)
    await pass(1_000)
    expect([looked.length, noted, controller.failing(acme)]).toEqual([2, [], undefined])
  })

  it('forgets who is gone', async () => {
    answers = [{ gone: true }]
    controller.written(acme)
    await pass(10_000)
    await pass(48 * hourMs)
    expect(looked).toHaveLength(1)
  })
})
