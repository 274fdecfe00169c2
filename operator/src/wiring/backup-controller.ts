import { type BackupNote } from '../controllers/backup/note.ts'
import { type BackupOutcome } from '../controllers/backup/reconcile.ts'
import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeError } from '../kube/errors.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import { type Tracing } from '../telemetry/port.ts'

export interface BackupControllerOptions {
  reconcile: (name: { namespace: string; name: string }) => Promise<BackupOutcome>
  /** Told when what is known of a tenant's backups is news. */
  noted: (name: { namespace: string; name: string }) => void
  concurrency: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'tenantBackups' | 'watchQueue'>
  tracing: Pick<Tracing, 'span'>
}

export interface BackupController {
  queue: WorkQueue
  /** What the last look came to. */
  note: (name: { namespace: string; name: string }) => BackupNote | undefined
}

const controller = 'backup'

/** The queue of tenants whose backups to look at. */
export function createBackupController(options: BackupControllerOptions): BackupController {
  const { reconcile, noted, clock, log, metrics, tracing } = options
  const notes = new Map<string, BackupNote>()
  const queue = new WorkQueue({
    ...options,
    graceMs: 15_000,
    run: async (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const began = clock.monotonic()
      const attributes = { 'kiavi.tenant.namespace': namespace, 'kiavi.tenant.name': name }
      const outcome = await tracing.span('reconcile backup', attributes, () => reconcile({ namespace, name }))
      const seconds = (clock.monotonic() - began) / 1000
      const { error, note, steps, againMs } = outcome
      const isNews = error !== undefined && retryOf(error) !== 'soon'
      const code = (error as { code?: unknown } | undefined)?.code
      const errorCode = isNews ? (typeof code === 'string' ? code : 'UNEXPECTED') : undefined
      metrics.reconciled(
        controller,
        error ? 'retry' : againMs === undefined ? 'done' : 'after',
        seconds,
        errorCode,
      )
      const fields = { tenant: key, steps, seconds: Number(seconds.toFixed(3)) }
      if (isNews) log.warn({ ...fields, err: error }, 'backups reconciled')
      else if (steps.length > 0) log.info(fields, 'backups reconciled')
      if (note) remember({ namespace, name }, note)
      for (const tenant of outcome.next) queue.add(`${tenant.namespace}/${tenant.name}`)
      return nextOf(outcome)
    },
    failed: (key, error) => log.error({ tenant: key, err: error }, 'reconcile of backups broke'),
  })
  metrics.watchQueue(controller, () => queue.depth())

  function remember(name: { namespace: string; name: string }, note: BackupNote): void {
    const key = `${name.namespace}/${name.name}`
    const before = notes.get(key)
    if (note.finding?.reason === 'TenantNotFound') notes.delete(key)
    else notes.set(key, note)
    const { newest, nextAt, bytes, oldestExpiry } = note
    metrics.tenantBackups(name.namespace, name.name, {
      lastAt: newest && new Date(newest.startedAt),
      ...{ nextAt, bytes, oldestExpiry },
    })
    if (JSON.stringify(before) !== JSON.stringify(note)) noted(name)
  }

  return { queue, note: ({ namespace, name }) => notes.get(`${namespace}/${name}`) }
}

function nextOf({ error, againMs }: BackupOutcome): Next {
  if (error) {
    const atLeastMs = error instanceof KubeError ? error.retryAfterMs : undefined
    const soon = retryOf(error) === 'soon'
    return { next: 'retry', soon, ...(atLeastMs === undefined ? {} : { atLeastMs }) }
  }
  return againMs === undefined ? { next: 'done' } : { next: 'after', ms: againMs }
}
