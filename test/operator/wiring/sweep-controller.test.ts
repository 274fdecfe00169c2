import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SweepNote } from '../../../operator/src/controllers/sweep/note.ts'
import { type SweepOutcome } from '../../../operator/src/controllers/sweep/reconcile.ts'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import { type SweepController, createSweepController } from '../../../operator/src/wiring/sweep-controller.ts'

const note: SweepNote = {
  ...{ lacks: undefined, last: undefined, memory: 'Whole', clusterID: 'c' },
  nextAt: new Date('2026-11-22T15:00:00Z'),
}
const quiet: SweepOutcome = { steps: [], note, againMs: undefined, error: undefined }

describe('createSweepController', () => {
  let stop: AbortController
  let answers: SweepOutcome[]
  let noted: string[]
  let controller: SweepController
  const metrics = createMetrics({ processMetrics: false })

  beforeEach(() => {
    stop = new AbortController()
    answers = []
    noted = []
    controller = createSweepController({
      reconcile: () => Promise.resolve(answers.shift() ?? quiet),
      noted: (className) => noted.push(className),
      ...{ clock: systemClock, random: () => 0, signal: stop.signal, metrics },
      log: createLog({ level: 'error' }),
    })
  })
  afterEach(() => stop.abort(new Error('test over')))

  async function look() {
    controller.queue.add('default')
    while (controller.queue.depth().ready + controller.queue.depth().running > 0)
      await new Promise((resolve) => setImmediate(resolve))
  }

  it('tells the controller of the class what is news, and nothing twice', async () => {
    await look()
    await look()
    expect(noted).toEqual(['default'])
    expect(controller.note('default')).toEqual(note)
    answers = [{ ...quiet, note: { ...note, lacks: 'secret' } }]
    await look()
    expect(noted).toHaveLength(2)
  })

  it('forgets a class that has no store any more', async () => {
    await look()
    answers = [{ ...quiet, note: undefined }]
    await look()
    expect(controller.note('default')).toBeUndefined()
    expect(noted).toHaveLength(2)
  })

  it('keeps what it knew while it cannot look, and tries again', async () => {
    await look()
    answers = [{ ...quiet, note: undefined, error: new Error('The API server is away.') }]
    await look()
    expect(controller.note('default')).toEqual(note)
    expect(controller.queue.depth().waiting).toBe(1)
    expect(await metrics.text()).toContain(
      'kiavi_reconcile_errors_total{controller="sweep",code="UNEXPECTED"} 1',
    )
  })
})
