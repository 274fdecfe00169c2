import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BackupNote } from '../../../operator/src/controllers/backup/note.ts'
import { type BackupOutcome } from '../../../operator/src/controllers/backup/reconcile.ts'
import { systemClock } from '../../../operator/src/kube/clock.ts'
import { createLog } from '../../../operator/src/telemetry/log.ts'
import { createMetrics } from '../../../operator/src/telemetry/metrics.ts'
import {
  type BackupController,
  createBackupController,
} from '../../../operator/src/wiring/backup-controller.ts'

const acme = { namespace: 'customers', name: 'acme' }
const note: BackupNote = {
  ...{ finding: undefined, nextAt: undefined, failing: undefined, oldestExpiry: undefined, bytes: 4096 },
  newest: {
    ...{ sequence: 1, object: 'x', sha256: 'a'.repeat(64) },
    ...{ startedAt: '2026-11-22T02:00:00Z', expiresAt: '2026-12-22T02:00:00Z' },
  },
}
const quiet: BackupOutcome = { steps: [], note, next: [], againMs: undefined, error: undefined }

describe('createBackupController', () => {
  let stop: AbortController
  let answers: BackupOutcome[]
  let looked: string[]
  let noted: string[]
  let controller: BackupController
  const metrics = createMetrics({ processMetrics: false })

  beforeEach(() => {
    stop = new AbortController()
    answers = []
    looked = []
    noted = []
    controller = createBackupController({
      reconcile: ({ name }) => {
        looked.push(name)
        return Promise.resolve(answers.shift() ?? quiet)
      },
      noted: ({ name }) => noted.push(name),
      ...{ concurrency: 1, clock: systemClock, random: () => 0, signal: stop.signal, metrics },
      log: createLog({ level: 'error' }),
      tracing: { span: (_name, _attributes, run) => run() },
    })
  })
  afterEach(() => stop.abort(new Error('test over')))

  /** Looks at one, and at whoever that wakes, until nothing is left to do now. */
  async function look(name = 'acme') {
    controller.queue.add(`customers/${name}`)
    while (controller.queue.depth().ready + controller.queue.depth().running > 0)
      await new Promise((resolve) => setImmediate(resolve))
  }

  it('tells the controller of the tenant what is news, and nothing twice', async () => {
    await look()
    await look()
    expect(noted).toEqual(['acme'])
    expect(controller.note(acme)).toEqual(note)
    answers = [{ ...quiet, note: { ...note, failing: 'The disk is full.' } }]
    await look()
    expect(noted).toEqual(['acme', 'acme'])
  })

  it('shows it in metrics', async () => {
    await look()
    expect(await metrics.text()).toContain(
      'kiavi_tenant_backup_bytes{namespace="customers",name="acme"} 4096',
    )
  })

  it('looks at those for whom there is room now', async () => {
    answers = [{ ...quiet, next: [{ namespace: 'customers', name: 'other' }] }]
    await look()
    expect(looked).toEqual(['acme', 'other'])
  })

  it('looks again at once where the world has moved on, and keeps what it knew', async () => {
    await look()
    answers = [{ ...quiet, note: undefined, error: Object.assign(new Error('It moved.'), { retry: 'soon' }) }]
    await look()
    expect(controller.note(acme)).toEqual(note)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(looked).toEqual(['acme', 'acme', 'acme'])
  })

  it('forgets a tenant that went', async () => {
    await look()
    const finding = { reason: 'TenantNotFound', message: 'It is gone.' } as const
    answers = [{ ...quiet, note: { ...note, finding } }]
    await look()
    expect(controller.note(acme)).toBeUndefined()
  })
})
