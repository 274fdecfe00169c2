import { retryOf } from '../controllers/tenant/failure.ts'
import { type Clock } from '../kube/clock.ts'
import { KubeError } from '../kube/errors.ts'
import { type Next, WorkQueue } from '../kube/work-queue.ts'
import { type Log } from '../telemetry/log.ts'
import { type Metrics } from '../telemetry/metrics.ts'
import { type Tracing } from '../telemetry/port.ts'

export interface TenantName {
  namespace: string
  name: string
}

/** What one look at something of a tenant came to. */
export interface NotedOutcome<Note> {
  steps: string[]
  note: Note | undefined
  /** Tenants for which there is room now. */
  next: TenantName[]
  againMs: number | undefined
  error: Error | undefined
}

export interface NotingOptions<Outcome> {
  reconcile: (name: TenantName) => Promise<Outcome>
  /** Told when what is known of a tenant is news. */
  noted: (name: TenantName) => void
  concurrency: number
  clock: Clock
  random: () => number
  signal: AbortSignal
  log: Log
  metrics: Pick<Metrics, 'reconciled' | 'watchQueue'>
  tracing: Pick<Tracing, 'span'>
}

export interface NotingController<Note> {
  queue: WorkQueue
  /** What the last look came to. */
  note: (name: TenantName) => Note | undefined
}

interface About<Note, Outcome> {
  /** `backup`, `restore`: in metrics, traces and the log. */
  controller: string
  /** The tenant is gone: so is what was known of it. */
  isGone: (note: Note) => boolean
  /** Shows it in metrics. */
  show: (name: TenantName, note: Note) => void
  /** Told of each look. */
  looked?: (name: TenantName, outcome: Outcome) => void
}

/** A queue of tenants, each with something to look at, of which the tenant's own controller hears what it came to. */
export function createNotingController<Note, Outcome extends NotedOutcome<Note>>(
  { controller, isGone, show, looked }: About<Note, Outcome>,
  options: NotingOptions<Outcome>,
): NotingController<Note> {
  const { reconcile, noted, clock, log, metrics, tracing } = options
  const notes = new Map<string, Note>()
  const queue = new WorkQueue({
    ...options,
    graceMs: 15_000,
    run: async (key) => {
      const [namespace = '', name = ''] = key.split('/')
      const began = clock.monotonic()
      const attributes = { 'kiavi.tenant.namespace': namespace, 'kiavi.tenant.name': name }
      const outcome = await tracing.span(`reconcile ${controller}`, attributes, () =>
        reconcile({ namespace, name }),
      )
      const seconds = (clock.monotonic() - began) / 1000
      const { error, note, steps, againMs } = outcome
      const isNews = error !== undefined && retryOf(error) !== 'soon'
      const code = (error as { code?: unknown } | undefined)?.code
      const errorCode = isNews ? (typeof code === 'string' ? code : 'UNEXPECTED') : undefined
      const result = error ? 'retry' : againMs === undefined ? 'done' : 'after'
      metrics.reconciled(controller, result, seconds, errorCode)
      const fields = { tenant: key, steps, seconds: Number(seconds.toFixed(3)) }
      if (isNews) log.warn({ ...fields, err: error }, `${controller}s reconciled`)
      else if (steps.length > 0) log.info(fields, `${controller}s reconciled`)
      looked?.({ namespace, name }, outcome)
      if (note !== undefined) remember({ namespace, name }, note)
      for (const tenant of outcome.next) queue.add(`${tenant.namespace}/${tenant.name}`)
      return nextOf(outcome)
    },
    failed: (key, error) => log.error({ tenant: key, err: error }, `reconcile of ${controller}s broke`),
  })
  metrics.watchQueue(controller, () => queue.depth())

  function remember(name: TenantName, note: Note): void {
    const key = `${name.namespace}/${name.name}`
    const before = notes.get(key)
    if (isGone(note)) notes.delete(key)
    else notes.set(key, note)
    show(name, note)
    if (JSON.stringify(before) !== JSON.stringify(note)) noted(name)
  }

  return { queue, note: ({ namespace, name }) => notes.get(`${namespace}/${name}`) }
}

function nextOf({ error, againMs }: Pick<NotedOutcome<unknown>, 'error' | 'againMs'>): Next {
  if (error) {
    const atLeastMs = error instanceof KubeError ? error.retryAfterMs : undefined
    const soon = retryOf(error) === 'soon'
    return { next: 'retry', soon, ...(atLeastMs === undefined ? {} : { atLeastMs }) }
  }
  return againMs === undefined ? { next: 'done' } : { next: 'after', ms: againMs }
}
