import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RecoveryOutcome } from '../../../operator/src/controllers/recovery/reconcile.ts'
import { StoreDenied } from '../../../operator/src/providers/backups/errors.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import {
  type RecoveryController,
  createRecoveryController,
} from '../../../operator/src/wiring/recovery-controller.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const acme = { namespace: 'customers', name: 'acme' }
const at = new Date('2026-01-01T00:00:00Z')
const quiet: RecoveryOutcome = { gone: false, wrote: [], at, error: undefined }
const hourMs = 3_600_000

describe('createRecoveryController', () => {
  let stop: AbortController
  let clock: ManualClock
  let answers: Partial<RecoveryOutcome>[]
  let looked: string[]
  let noted: string[]
  let controller: RecoveryController
  const metrics = createMetrics({ processMetrics: false })

  beforeEach(() => {
    stop = new AbortController()
    clock = new ManualClock()
    answers = []
    looked = []
    noted = []
    controller = createRecoveryController({
      reconcile: (name, { ask }) => {
        looked.push(`${name?.name ?? 'installation'}${ask ? ', asked' : ''}`)
        return Promise.resolve({ ...quiet, ...answers.shift() })
      },
      noted: ({ name }) => noted.push(name),
      ...{ clock, random: () => 0, signal: stop.signal, metrics, log: createLog({ level: 'error' }) },
    })
  })
  afterEach(() => stop.abort(new Error('test over')))

  const pass = async (ms: number) => {
    await clock.pass(ms)
    do await new Promise((resolve) => setImmediate(resolve))
    while (controller.queue.depth().ready + controller.queue.depth().running > 0)
  }

  it('asks the store once a day whether the sets lie there', async () => {
    controller.changed(undefined)
    controller.changed(acme)
    await pass(0)
    controller.changed(acme, 10_000)
    await pass(10_000)
    expect(looked).toEqual(['installation, asked', 'acme, asked', 'acme'])
    await pass(24 * hourMs)
    await pass(24 * hourMs)
    expect(looked.filter((look) => look.endsWith('asked')).length).toBeGreaterThanOrEqual(4)
  })

  it('shows when the newest were written', async () => {
    controller.changed(acme)
    controller.changed(undefined)
    await pass(0)
    const text = await metrics.text()
    const seconds = at.getTime() / 1000
    expect(text).toContain(
      `kiavi_tenant_recovery_set_timestamp_seconds{namespace="customers",name="acme"} ${seconds}`,
    )
    expect(text).toContain(`kiavi_installation_recovery_set_timestamp_seconds ${seconds}`)
  })

  it('says since when none can be written, and that one was', async () => {
    answers = [{ error: new StoreDenied('The store refuses the credential.') }]
    controller.changed(acme)
    await pass(0)
    expect(controller.failing(acme)).toEqual({
      since: new Date(clock.now()),
      message: 'The store refuses the credential.',
    })
    await pass(10_000)
    expect(controller.failing(acme)).toBeUndefined()
    expect(noted).toEqual(['acme', 'acme'])
  })

  it('forgets who is gone', async () => {
    answers = [{ gone: true }]
    controller.changed(acme)
    await pass(0)
    await pass(48 * hourMs)
    expect(looked).toEqual(['acme, asked'])
  })
})
