import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RestoreNote } from '../../../operator/src/controllers/restore/note.ts'
import { type RestoreOutcome } from '../../../operator/src/controllers/restore/reconcile.ts'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import {
  createRestoreController,
  type RestoreController,
} from '../../../operator/src/wiring/restore-controller.ts'

const note: RestoreNote = {
  ...{ finding: undefined, failed: undefined, nextAt: undefined },
  proven: { at: '2026-11-22T02:00:00.000Z', sequence: 7, recoverySeconds: 93 },
}
const quiet: RestoreOutcome = {
  ...{ steps: [], note, next: [], againMs: undefined, error: undefined, wakesTenant: false },
}
const labels = '{namespace="customers",name="acme"}'

describe('createRestoreController', () => {
  let stop: AbortController
  let answers: RestoreOutcome[]
  let told: string[]
  let controller: RestoreController
  const metrics = createMetrics({ processMetrics: false })

  beforeEach(() => {
    stop = new AbortController()
    answers = []
    told = []
    controller = createRestoreController({
      reconcile: () => Promise.resolve(answers.shift() ?? quiet),
      noted: ({ name }) => told.push(`noted ${name}`),
      woken: ({ name }) => told.push(`woken ${name}`),
      ...{ concurrency: 1, clock: systemClock, random: () => 0, signal: stop.signal, metrics },
      log: createLog({ level: 'error' }),
      tracing: { span: (_name, _attributes, run) => run() },
    })
  })
  afterEach(() => stop.abort(new Error('test over')))

  async function look() {
    controller.queue.add('customers/acme')
    while (controller.queue.depth().ready + controller.queue.depth().running > 0)
      await new Promise((resolve) => setImmediate(resolve))
  }

  it("wakes the tenant's own controller where its doors were closed or opened, also after an error", async () => {
    answers = [
      { ...quiet, wakesTenant: true, note: undefined },
      { ...quiet, wakesTenant: true, note: undefined, error: new Error('The Job could not be made.') },
      { ...quiet, note: undefined },
    ]
    for (let looks = 0; looks < 3; looks += 1) await look()
    expect(told).toEqual(['woken acme', 'woken acme'])
  })

  it('shows in metrics what was proven, and that the newest drill failed', async () => {
    await look()
    expect(await metrics.text()).toContain(`kiavi_tenant_drill_failed${labels} 0`)
    const failed = { at: '2026-11-23T02:00:00.000Z', sequence: 8, message: 'The bundle is damaged.' }
    answers = [{ ...quiet, note: { ...note, failed } }]
    await look()
    expect(await metrics.text()).toContain(`kiavi_tenant_drill_failed${labels} 1`)
    expect(await metrics.text()).toContain(`kiavi_tenant_restore_recovery_seconds${labels} 93`)
    expect(told).toEqual(['noted acme', 'noted acme'])
  })

  it('forgets a tenant that went', async () => {
    await look()
    const finding = { reason: 'TenantNotFound', message: 'It is gone.' } as const
    answers = [{ ...quiet, note: { ...note, finding } }]
    await look()
    expect(controller.note({ namespace: 'customers', name: 'acme' })).toBeUndefined()
  })
})
